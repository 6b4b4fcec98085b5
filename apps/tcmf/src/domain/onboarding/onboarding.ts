/**
 * How a company joins: it applies, two operators approve, the file of that leaves for the ceremony, and what comes back is
 * published when it is what was asked for. Suspension and removal, too, are done by lists that were signed offline; a state
 * here says what the lists say.
 */
import { isReviewSigned, reviewedFile, type Application, type Review } from '#ceremony/reviewed-application.js';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { TrustStore } from '#credentials/trust-store.js';
import type { BroughtLists } from '../judge-lists.js';
import { judgeLists } from '../judge-lists.js';
import type { PublishedList } from '../published-list.js';
import type { TcmfRefused } from '../refusal.js';
import { counts, judgeAnswer } from './judge-answer.js';
import { judgeApplication } from './judge-request.js';
import { isEnd, moved, type OnboardingAct, type OnboardingState } from './moves.js';
import { refuse, type OnboardingRefused } from './refusal.js';

export interface Contact {
  readonly name: string;
  readonly email: string;
  readonly phone?: string | undefined;
}

export interface Step {
  readonly number: number;
  readonly atMillis: number;
  /** 33-byte public key of the account that acted, hex. */
  readonly account: string;
  readonly act: 'apply' | OnboardingAct;
  readonly state: OnboardingState;
  readonly reason: string | undefined;
  /** Of an approval. */
  readonly signature: string | undefined;
}

export interface Standing {
  readonly application: Application;
  /** Erased when the application has come to an end. */
  readonly contacts: readonly Contact[] | undefined;
  readonly state: OnboardingState;
  /** What came back from the ceremony. */
  readonly certificate: Uint8Array | undefined;
  readonly steps: readonly Step[];
}

export interface OnboardingStore {
  /** `already-applied`: this request was handed in before; `too-many-open`: more than `mostOpen` wait for a review. */
  add(standing: Standing, mostOpen: number): Promise<'added' | 'already-applied' | 'too-many-open'>;
  find(applicationId: string): Promise<Standing | undefined>;
  /** Of this account, or of all; the newest first. */
  list(applicant: string | undefined): Promise<Standing[]>;
  /** Keeps what `decide` makes of the application while nobody else can change it; a refusal changes nothing. */
  change(
    applicationId: string,
    decide: (current: Standing) => Promise<Standing | OnboardingRefused>,
  ): Promise<Standing | OnboardingRefused>;
}

export interface OnboardingNeeds {
  readonly store: OnboardingStore;
  readonly nowMillis: () => number;
  /** 16 bytes, hex. */
  readonly newId: () => string;
  /** Public keys, hex. */
  readonly operators: readonly string[];
  readonly served: () => Promise<PublishedList[]>;
  readonly receiver: (served: readonly PublishedList[], nowMillis: number) => TrustStore;
  readonly publish: (lists: BroughtLists) => Promise<{ kind: 'published' } | TcmfRefused>;
}

/** Anybody may apply: what waits for a person does not grow without end. */
const MOST_OPEN = 1000;

export type Wish = Omit<Application, 'applicationId' | 'applicant'> & { readonly contacts: readonly Contact[] };

const isOperator = (account: string, { operators }: OnboardingNeeds): boolean => operators.includes(account);

export async function apply(
  account: string,
  { contacts, ...wish }: Wish,
  needs: OnboardingNeeds,
): Promise<Standing | OnboardingRefused> {
  const application = { applicationId: needs.newId(), applicant: account, ...wish };
  const judged = judgeApplication(application);
  if (isRefused(judged)) return judged;
  const step = { number: 1, atMillis: needs.nowMillis(), account, act: 'apply', state: 'submitted' } as const;
  const standing: Standing = {
    application,
    contacts,
    state: 'submitted',
    certificate: undefined,
    steps: [{ ...step, reason: undefined, signature: undefined }],
  };
  const outcome = await needs.store.add(standing, MOST_OPEN);
  return outcome === 'added' ? standing : refuse(outcome);
}

/** To the applicant and to operators; to everybody else there is none. */
export async function show(account: string, id: string, needs: OnboardingNeeds): Promise<Standing | OnboardingRefused> {
  const found = await needs.store.find(id);
  return found !== undefined && maySee(account, found, needs) ? found : refuse('application-unknown');
}

const maySee = (account: string, { application }: Standing, needs: OnboardingNeeds): boolean =>
  application.applicant === account || isOperator(account, needs);

export const list = (account: string, needs: OnboardingNeeds): Promise<Standing[]> =>
  needs.store.list(isOperator(account, needs) ? undefined : account);

interface Acting {
  readonly account: string;
  readonly act: OnboardingAct;
  readonly reason?: string | undefined;
  readonly signature?: string | undefined;
}

/** The application one step on. */
function after(current: Standing, acting: Acting, nowMillis: number): Standing | OnboardingRefused {
  const { account, act, reason, signature } = acting;
  const state = moved(current.state, act);
  if (typeof state !== 'string') return state;
  const step: Step = { number: current.steps.length + 1, atMillis: nowMillis, account, act, state, reason, signature };
  return {
    ...current,
    state,
    contacts: isEnd(state) ? undefined : current.contacts,
    steps: [...current.steps, step],
  };
}

/** An act of an operator; `judge` has the last word before anything changes. */
async function operate(
  id: string,
  acting: Acting,
  needs: OnboardingNeeds,
  judge: (current: Standing, next: Standing) => Promise<Standing | OnboardingRefused> = (_, next) =>
    Promise.resolve(next),
): Promise<Standing | OnboardingRefused> {
  if (!isOperator(acting.account, needs)) return refuse('not-an-operator');
  return needs.store.change(id, async (current) => {
    const next = after(current, acting, needs.nowMillis());
    return isRefused(next) ? next : judge(current, next);
  });
}

/** One of the two approvals; `signature` is over the whole application, and leaves with it. */
export function approve(
  account: string,
  id: string,
  signature: string,
  needs: OnboardingNeeds,
): Promise<Standing | OnboardingRefused> {
  return operate(id, { account, act: 'approve', signature }, needs, (current, next) => {
    const { application, steps } = current;
    if (application.applicant === account) return Promise.resolve(refuse('reviewer-is-applicant'));
    if (steps.some((step) => step.act === 'approve' && step.account === account))
      return Promise.resolve(refuse('reviewer-reviewed-already'));
    const isSigned = isReviewSigned(application, { reviewer: account, signature });
    return Promise.resolve(isSigned ? next : refuse('review-signature'));
  });
}

/** Says no, at any time before it has joined. */
export const decline = (
  account: string,
  id: string,
  reason: string,
  needs: OnboardingNeeds,
): Promise<Standing | OnboardingRefused> => operate(id, { account, act: 'refuse', reason }, needs);

/** The applicant's own act. */
export async function withdraw(
  account: string,
  id: string,
  needs: OnboardingNeeds,
): Promise<Standing | OnboardingRefused> {
  const seen = await show(account, id, needs);
  if (isRefused(seen)) return seen;
  if (seen.application.applicant !== account) return refuse('not-the-applicant');
  return needs.store.change(id, (current) =>
    Promise.resolve(after(current, { account, act: 'withdraw' }, needs.nowMillis())),
  );
}

const reviewsOf = ({ steps }: Standing): Review[] =>
  steps.flatMap(({ act, account, signature }) =>
    act === 'approve' && signature !== undefined ? [{ reviewer: account, signature }] : [],
  );

/** The file for the ceremony. */
export async function exportFile(
  account: string,
  id: string,
  needs: OnboardingNeeds,
): Promise<Uint8Array | OnboardingRefused> {
  const outcome = await operate(id, { account, act: 'export' }, needs);
  return isRefused(outcome) ? outcome : reviewedFile(outcome.application, reviewsOf(outcome));
}

/** What came back: published when it is what was asked for and the lists that came with it, or are published, name it. */
export function importAnswer(
  account: string,
  id: string,
  { certificate: bytes, lists }: { certificate: Uint8Array; lists: BroughtLists },
  needs: OnboardingNeeds,
): Promise<Standing | OnboardingRefused> {
  return operate(id, { account, act: 'import' }, needs, async (_, next) => {
    const certificate = judgeAnswer(bytes, next.application);
    if (isRefused(certificate)) return certificate;
    const refusal = await publishIf(lists, needs, (view, nowMillis) =>
      counts(certificate, view, nowMillis) ? undefined : refuse('answer-not-on-the-lists'),
    );
    return refusal ?? { ...next, certificate: bytes };
  });
}

/** What the lists of the offline side do to one who has joined. */
export function relist(
  acting: { readonly account: string; readonly act: 'suspend' | 'resume' | 'remove'; readonly reason: string },
  id: string,
  lists: BroughtLists,
  needs: OnboardingNeeds,
): Promise<Standing | OnboardingRefused> {
  return operate(id, acting, needs, async (current, next) => {
    if (current.certificate === undefined) throw new Error('one who has joined has a certificate');
    const certificate = certificateFromBytes(current.certificate);
    const isToCount = acting.act === 'resume';
    const refusal = await publishIf(lists, needs, (view, nowMillis) => {
      if (counts(certificate, view, nowMillis) === isToCount) return undefined;
      return refuse(isToCount ? 'lists-do-not-name-it' : 'lists-still-name-it');
    });
    return refusal ?? next;
  });
}

/** Publishes the lists when `judge` has nothing against what is published then; without lists it judges what is. */
async function publishIf(
  lists: BroughtLists,
  needs: OnboardingNeeds,
  judge: (
    view: { receiver: TrustStore; lists: readonly PublishedList[] },
    nowMillis: number,
  ) => OnboardingRefused | undefined,
): Promise<OnboardingRefused | undefined> {
  const nowMillis = needs.nowMillis();
  const served = await needs.served();
  const receiver = needs.receiver(served, nowMillis);
  const isBrought = Object.values(lists).some((bytes) => bytes !== undefined);
  const judged = isBrought ? judgeLists(lists, receiver, nowMillis) : [];
  if (isRefused(judged)) return judged;
  const kept = served.filter((one) => judged.every(({ kind, issuer }) => kind !== one.kind || issuer !== one.issuer));
  const against = judge({ receiver, lists: [...judged, ...kept] }, nowMillis);
  if (against !== undefined || !isBrought) return against;
  const outcome = await needs.publish(lists);
  return isRefused(outcome) ? outcome : undefined;
}
