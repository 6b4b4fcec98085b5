/** One authority as a Nest application of its own: its module, the doors of its lines, health, and its OpenAPI page. */
import 'reflect-metadata';
import { Controller, Get, Inject, Module, Optional, type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApiTags, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { DataSource } from 'typeorm';
import { WORK, type AuthorityContext, type AuthorityFace, type Work } from './authority-context.js';
import { ALARMS, type Alarms } from './check-watch.js';
import { boundBodies, boundWaits, OneWordFilter } from './door.js';
import { LinesController, LOG } from './lines.controller.js';

const WHO = Symbol('WHO');

@ApiTags('health')
@Controller('health')
class HealthController {
  constructor(
    @Inject(WHO) private readonly who: { instance: string; role: string },
    @Optional() @Inject(ALARMS) private readonly alarms: Alarms = () => [],
  ) {}

  /** Up, with what somebody must look at: the names of alarms, none when all is well. */
  @Get()
  health(): { status: 'up'; instance: string; role: string; alarms: readonly string[] } {
    return { status: 'up', ...this.who, alarms: this.alarms() };
  }
}

@Module({})
class AuthorityHostModule {}

/** The database connection exists already; Nest only hands it out. */
function database(dataSource: DataSource): DynamicModule {
  return TypeOrmModule.forRootAsync({
    useFactory: () => dataSource.options,
    dataSourceFactory: async () => dataSource,
  });
}

function hostModule<S>(face: AuthorityFace<S>, context: AuthorityContext, settings: S): DynamicModule {
  return {
    module: AuthorityHostModule,
    imports: [database(context.dataSource), face.module(context, settings)],
    controllers: [LinesController, HealthController],
    providers: [
      { provide: LOG, useValue: context.log },
      { provide: WHO, useValue: { instance: context.instance, role: face.role } },
    ],
  };
}

export interface HostedAuthority {
  readonly app: INestApplication;
  /** The port it listens on, on loopback unless configured otherwise. */
  readonly port: number;
  close(): Promise<void>;
}

/** Starts to answer, then begins the work that is owed. */
export async function hostAuthority<S>(
  face: AuthorityFace<S>,
  context: AuthorityContext,
  settings: S,
  listen: { host: string; port: number },
): Promise<HostedAuthority> {
  const app = await NestFactory.create<NestExpressApplication>(hostModule(face, context, settings), {
    logger: ['error'],
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  boundBodies(app);
  boundWaits(app.getHttpServer());
  app.useGlobalFilters(new OneWordFilter(context.log));
  openApi(app, context);
  await app.listen(listen.port, listen.host);
  const work = app.get<Work>(WORK, { strict: false });
  await work.begin();
  const { port } = (app.getHttpServer() as { address(): { port: number } }).address();
  return { app, port, close: () => closeInOrder(app, work) };
}

async function closeInOrder(app: INestApplication, work: Work): Promise<void> {
  await work.end();
  await app.close();
}

function openApi(app: INestApplication, context: AuthorityContext): void {
  const description = new DocumentBuilder().setTitle(`Chrysalis ${context.instance}`).setVersion('1').build();
  SwaggerModule.setup('api', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'api.json',
  });
}
