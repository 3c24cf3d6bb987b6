import { allResources } from '../../plugin/authorize/acl.js';
import type { Policy, Route } from './policy.js';
import type { Shadow } from './shadow.js';
import { findShadows } from './shadow.js';


/** `error`: a route is open that asks for nothing, or is dead. `warning`: hardly meant. `info`: may well be meant, and should be known. */
export type Level = 'error' | 'info' | 'warning';

/** Something that the policy says and that its author may not have meant. */
export interface Finding {
    readonly level: Level;
    readonly rule: 'anonymous-route' | 'no-resource' | 'self-without-force' | 'shadowed-route' | 'undeclared-resource';
    /** Below the policy folder. */
    readonly file: string;
    readonly line: number;
    readonly message: string;
    /** Who wins a path that the route matches, too. */
    readonly winner?: { readonly route: string; readonly file: string; readonly line: number; readonly resources: readonly string[]; readonly differ: boolean };
}

const levels: readonly Level[] = ['error', 'warning', 'info'];

/** Finds what a policy's author should look at, the gravest first. */
export function lintPolicy({ routes, acl }: Pick<Policy, 'acl' | 'routes'>): readonly Finding[] {

    const findings = [...routes.flatMap((route) => lintRoute(route, acl)), ...findShadows(routes).map(describeShadow)];
    return levels.flatMap((level) => findings.filter((finding) => finding.level === level));
}

function lintRoute(route: Route, acl: Policy['acl']): readonly Finding[] {

    const { resources, parameters } = route;
    const name = nameOf(route);
    const at = (level: Level, rule: Finding['rule'], message: string): Finding => ({ level, rule, file: route.file, line: route.line, message: `${name} ${message}` });

    return [
        ...(resources.length === 0 ? [at('error', 'no-resource', 'asks for no resource, so that everybody may call it')] : []),
        ...(resources.length > 0 && resources.every((resource) => resource === 'anonymous') ? [at('info', 'anonymous-route', 'may be called by everybody')] : []),
        ...(resources.includes('self') && !parameters.some(({ force }) => force) ?
            [at('warning', 'self-without-force', 'is for customers themselves and forces no parameter: whose data it is, only the service knows')] : []),
        ...resources.filter((resource) => !isDeclared(resource, acl))
            .map((resource) => at('warning', 'undeclared-resource', `asks for "${resource}", which no acl.xml declares or one disables: only a role with all resources may call it`))
    ];
}

function isDeclared(resource: string, acl: Policy['acl']): boolean {

    return ['anonymous', 'self', allResources].includes(resource) || acl.has(resource);
}

function describeShadow(shadow: Shadow): Finding {

    const { winner, loser, path, kind, differ } = shadow;
    const loss = kind === 'whole' ? 'is never reached: all that it matches is taken by' : `loses ${path} to`;
    const asked = differ ? `which asks for ${listResources(winner)} and not for ${listResources(loser)}` : 'which asks for the same';
    return {
        level: levelOf(shadow), rule: 'shadowed-route', file: loser.file, line: loser.line,
        message: `${nameOf(loser)} ${loss} ${nameOf(winner)} (${winner.file}:${winner.line}), ${asked}`,
        winner: { route: nameOf(winner), file: winner.file, line: winner.line, resources: winner.resources, differ }
    };
}

function levelOf({ winner, loser, kind, differ }: Shadow): Level {

    if (kind === 'whole') {
        return differ ? 'error' : 'warning';
    }

    // A word before a parameter is how Magento's own routes are made, and a route may ask for more than the other

    return kind === 'crossed' && strictness(winner) < strictness(loser) ? 'warning' : 'info';
}

/** 0: everybody may call it, 1: customers, 2: who has a role. */
function strictness({ resources }: Route): number {

    return Math.max(0, ...resources.map((resource) => ['anonymous', 'self'].indexOf(resource)).map((place) => (place === -1 ? 2 : place)));
}

function nameOf({ method, url }: Route): string {

    return `${method} ${url}`;
}

function listResources({ resources }: Route): string {

    return resources.length === 0 ? 'nothing' : resources.join(', ');
}
