import { readFile } from 'node:fs/promises';

import * as Hapi from '@hapi/hapi';
import { trace } from '@opentelemetry/api';

import type { SessionStore } from '../plugin/sessions/store.js';
import type { Cors } from './cors.js';
import type { Observe } from './journal/journal.js';
import type { CheckOptions } from './forward/checks.js';
import type { Reload } from './live.js';
import type { SessionsOf } from './log-out.js';
import type { Settings } from './settings.js';
import type { Surroundings } from './surroundings.js';
import type { MagentoTables } from './tables/open.js';
import { auditEnds } from '../plugin/audit/sessions.js';
import { nowSeconds } from '../plugin/clock.js';
import { plugin as postern } from '../plugin/index.js';
import { createAssertions } from '../plugin/inject/assertion.js';
import { createClientOf } from './client-of.js';
import { createCors } from './cors.js';
import { graphqlDoor } from './doors/graphql.js';
import { keysDoor } from './doors/keys.js';
import { loginDoor } from './doors/login.js';
import { logoutDoor } from './doors/logout.js';
import { routeDoor } from './doors/route.js';
import { schemaDoor } from './doors/schema.js';
import { soapDoor } from './doors/soap.js';
import { unknownDoor } from './doors/unknown.js';
import { drain } from './drain.js';
import { createForce } from './force.js';
import { createTrust } from './forward/trust.js';
import { createUpstream, openOrigins } from './forward/upstream.js';
import { createForward } from './forwarder.js';
import { serve } from './front.js';
import { createGate } from './gate.js';
import { createJournal } from './journal/journal.js';
import { createRecent, maxRecent } from './journal/recent.js';
import { createLimits } from './limits/limits.js';
import { answerClientErrors, createListener } from './listener.js';
import { createMetrics } from './ops/metrics.js';
import { timeAnswer } from './ops/readings.js';
import { openOps } from './ops/open.js';
import { createLogOut } from './log-out.js';
import { openMagento } from './magento/open.js';
import { createRelay } from './magento/relay.js';
import { pluginOptions } from './plugin-options.js';
import { fingerprintPolicyFiles } from './policy/fingerprint.js';
import { loadSetPolicy } from './policy/load.js';
import { openPolicy } from './policy/watch.js';
import { readRedisTls } from './redis-tls.js';
import { createRules } from './rules.js';
import { shadowBounds } from './shadow/headers.js';
import { openShadow } from './shadow/open.js';
import { openToSigned } from './signed.js';
import { createStreams } from './streams.js';
import { openMagentoTables } from './tables/open.js';
import { openTls, tlsFilesOf } from './tls.js';
import { openTraces } from './traces/traces.js';
import { refuseConnects, takeHandshakes } from './upgrade.js';


/** A gate that listens to clients. */
export interface OpenGateway {
    readonly url: string;
    /** What operators ask; nobody can reach it yet. */
    readonly ops: Hapi.Server;
    readonly sessions: SessionStore;
    /** Reads policy, certificate and Magento's tables now, and says in a notice how that ended. */
    readonly reload: () => Promise<readonly Reload[]>;
    readonly stop: () => Promise<void>;
}

/** A gate that listens to clients and to operators. */
export interface RunningGateway extends Omit<OpenGateway, 'ops'> {
    readonly opsUrl: string;
}

/** Upstream connections of one process at most. */
const maxConnections = 256;

/** Between two looks at the files of the policy and of the certificate. */
const filesPauseMs = 3_000;

/** Composes the gate and lets it listen to clients and operators; `observers` hear of every request when it is over. Rejects as `openGateway()` does. */
export async function startGateway(settings: Settings, surroundings: Surroundings, notice: (sentence: string) => void, observers: readonly Observe[] = []): Promise<RunningGateway> {

    const { ops, ...gateway } = await openGateway(settings, surroundings, notice, observers);
    try {
        await ops.start();
        return { ...gateway, opsUrl: ops.info.uri };
    }
    catch (error) {
        await gateway.stop();
        throw error;
    }
}

/** Composes the gate and lets it listen to clients alone. Rejects with a sentence where policy, key, Redis or database cannot be used. */
export async function openGateway(settings: Settings, surroundings: Surroundings, notice: (sentence: string) => void, observers: readonly Observe[]): Promise<OpenGateway> {

    const tables = await openMagentoTables(settings, notice);
    try {
        return await openWith(tables, settings, surroundings, notice, observers);
    }
    catch (error) {
        await tables?.stop();
        throw error;
    }
}

async function openWith(
    tables: MagentoTables | undefined, settings: Settings, surroundings: Surroundings, notice: (sentence: string) => void, observers: readonly Observe[]
): Promise<OpenGateway> {

    const live = await openPolicy({ load: () => loadSetPolicy(settings), fingerprint: fingerprintPolicyFiles(settings.policy), notice, pauseMs: filesPauseMs });
    const policy = live.current;
    const assertions = settings.assertionKey === undefined ? undefined : await createAssertions({
        key: await readFile(settings.assertionKey, 'utf8'), issuer: settings.assertionIssuer, audience: settings.assertionAudience, ttlSeconds: settings.assertionTtlSeconds
    });

    const tlsFiles = tlsFilesOf(settings);
    const tls = tlsFiles === undefined ? undefined : await openTls(tlsFiles, { notice, pauseMs: filesPauseMs });
    const listener = createListener(settings.requestTimeoutMs, tls, settings.mode === 'shadow' ? shadowBounds : undefined);
    const server = Hapi.server({ listener, tls: tls !== undefined, host: settings.host, port: settings.port, compression: false, debug: false, operations: { cleanStop: false } });
    answerClientErrors(listener);
    refuseConnects(listener);
    const upgrades = settings.upgrade === 'off' ? undefined : takeHandshakes(listener, settings.upgradeLimit);
    const behind = openOrigins({
        urls: [surroundings.upstream].flat(), connections: maxConnections, notice, checks: checksOf(settings),
        connectTimeoutMs: settings.connectTimeoutMs, headersTimeoutMs: settings.headersTimeoutMs, idleTimeoutMs: settings.idleTimeoutMs
    });
    const magento = openMagento(settings, behind.origins, nowSeconds);
    const metrics = createMetrics();
    await server.register({ plugin: postern, options: { ...pluginOptions(settings, surroundings, { magento, tables }, notice), onEvent: metrics.hear, redisTls: await readRedisTls(settings) } });

    const services = server.plugins.postern;
    const { redis, auditCounters, cacheCounters, hashingCounts, refusals, record, identify, sessions, changes, relays, isStoreReachable } = services;
    const clientOf = createClientOf(createTrust(settings.trustedProxies ?? []));
    const traces = openTraces(trace.getTracerProvider(), clientOf);
    const login = traces.login(services.login);
    const rules = createRules(settings, { policy, refusals, hasSecondFactor: surroundings.accounts === 'upstream' });
    const { stores, addresses, explain } = rules;
    const relay = surroundings.accounts === 'upstream' ? createRelay({ ...magento, relays, sessions: auditEnds(sessions, record, { by: 'upstream' }), nowSeconds }) : undefined;
    const sessionsOf: SessionsOf = (req) => auditEnds(sessions, record, { by: 'caller', source: clientOf(req).address });
    const logOut = createLogOut(sessionsOf, relay);
    const streams = createStreams({ identify, changes, idleSeconds: idleOf(settings), nowSeconds });
    const upstream = traces.upstream(createUpstream(behind.origins, streams));
    const forward = traces.forward(createForward({ upstream, refusals, clientOf, preserveHost: settings.preserveHost, keepCookies: settings.cookies === 'pass', assertions, relay, nowSeconds }));

    const doors = openToSigned({
        route: routeDoor({ decide: traces.decideRoute(rules.decideRoute), clientOf, forward, force: traces.force(createForce(refusals, settings.forcedBodyMaxBytes)) }),
        login: loginDoor({ answerTokenRequest: traces.answerTokenRequest(services.answerTokenRequest), clientOf, stores }),
        logout: logoutDoor({ sessionsOf, refusals, authorize: traces.authorize(rules.authorize), logOut }),
        soap: soapDoor({ decide: traces.decideSoap(rules.decideSoap), refusals, clientOf, login, logOut, forward, stores, maxBytes: settings.forcedBodyMaxBytes }),
        graphql: graphqlDoor({ refusals, clientOf, login, logOut, forward, stores, maxBytes: settings.forcedBodyMaxBytes }),
        schema: schemaDoor(forward),
        unknown: unknownDoor(settings.unknownRoutes, forward),
        keys: keysDoor(assertions, refusals)
    }, settings.oauth, refusals);
    const rates = { caller: settings.callerRate, source: settings.sourceRate, routes: settings.routeRates };
    const shadow = settings.mode === 'shadow' ? openShadow({ settings, services, rules, upstream, magento, clientOf, notice }) : undefined;
    const gate = traces.gate(shadow?.gate ?? createGate({
        addresses, readRequest: traces.readRequest(addresses), stand: traces.stand(services.stand), badToken: settings.badToken, doors,
        admit: createLimits(rates, { redis, refusals, clientOf }), cors: corsOf(settings)
    }));
    const recent = createRecent(maxRecent, Date.now);
    const countRoutes = () => policy().routes.length;
    metrics.show({
        askStore: () => timeAnswer(isStoreReachable), policy: () => ({ routes: countRoutes(), ...live.state() }),
        cache: cacheCounters, hashing: hashingCounts, audit: auditCounters, origins: behind.states
    });
    const journal = traces.journal(createJournal(clientOf, [metrics.observe, recent.observe, ...observers, ...shadow?.observers ?? []]));
    serve(listener, { gate, journal, refusals, tellsReason: settings.reasonHeader && settings.mode === 'enforce', notice });

    const ops = openOps(settings, { root: surroundings.root, services, explain, notice, metrics, recent: recent.list, origins: behind.states, countRoutes, readShadow: shadow?.read });
    await server.start();
    const followed = [live, tls, tables].filter((one) => one !== undefined);
    followed.forEach(({ watch }) => {

        watch();
    });

    return {
        url: server.info.uri,
        ops,
        sessions,
        reload: () => Promise.all(followed.map(({ reload }) => reload())),
        async stop() {

            upgrades?.cutAll();
            upstream.cutEndless();
            await drain(listener, { graceMs: settings.stopGraceMs, timeoutMs: settings.stopTimeoutMs });
            await shadow?.close();
            await Promise.all([server.stop({ timeout: 0 }), ops.stop({ timeout: 0 }), ...followed.map(({ stop }) => stop())]);
            await Promise.all([behind.close(), magento.close(), traces.close()]);
        }
    };
}

/** Undefined: browsers are told nothing. */
function corsOf({ corsOrigins: origins, corsCredentials: allowsCredentials, corsHeaders: requestHeaders, corsExposed: exposedHeaders, corsMaxAgeSeconds: maxAgeSeconds }: Settings): Cors | undefined {

    return origins === undefined ? undefined : createCors({ origins, allowsCredentials, requestHeaders, exposedHeaders, maxAgeSeconds });
}

/** Undefined: the upstream is not asked how it is. */
function checksOf({ upstreamHealth: path, upstreamHealthIntervalMs: intervalMs }: Settings): CheckOptions | undefined {

    return path === undefined ? undefined : { path, intervalMs };
}

/** 0 stands for never in the settings. */
function idleOf({ customerIdleSeconds: customer, adminIdleSeconds: admin }: Settings): { readonly customer?: number; readonly admin?: number } {

    return { ...customer !== 0 && { customer }, ...admin !== 0 && { admin } };
}
