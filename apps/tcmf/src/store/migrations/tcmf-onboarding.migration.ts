/** Applications of companies, and the audit of each. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TcmfOnboarding1700000802000 implements MigrationInterface {
  readonly name = 'TcmfOnboarding1700000802000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE onboarding (
      application_id text PRIMARY KEY CHECK (application_id ~ '^[0-9a-f]{32}$'),
      applicant text NOT NULL,
      application text NOT NULL,
      request_hash text NOT NULL UNIQUE,
      contacts text,
      state text NOT NULL,
      certificate bytea,
      changed_millis bigint NOT NULL)`);
    await runner.query('CREATE INDEX onboarding_applicant ON onboarding (applicant)');
    await runner.query(`CREATE TABLE onboarding_step (
      application_id text NOT NULL REFERENCES onboarding,
      number integer NOT NULL,
      at_millis bigint NOT NULL,
      account text NOT NULL,
      act text NOT NULL,
      state text NOT NULL,
      reason text,
      signature text,
      PRIMARY KEY (application_id, number))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE onboarding_step');
    await runner.query('DROP TABLE onboarding');
  }
}
