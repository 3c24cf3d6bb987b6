import type { Attack, Site } from './attack.js';
import { containing, either, refused, same } from './judge.js';
import { probe } from './request.js';


/** Two dots, in ways that somebody decodes. */
const dots = [
    '..', '%2e%2e', '.%2E', '%252e%252e', '%25252e%25252e', '..;', '..;a=b', '%2e%2e%3b', '..%00', '..%0d%0a', '%c0%ae%c0%ae', '%e0%80%ae%e0%80%ae', '%f8%80%80%80%ae.', '%u002e%u002e', '%uff0e%uff0e', '%ef%bc%8e%ef%bc%8e', '%e2%80%a5', '..%3f', '..%23', '..%5c', '..%255c'
];

const slashes = ['%2f', '%2F', '%252f', '%5c', '%255c', '%c0%af', '%ef%bc%8f', '%u2215', '%u002f'];

/** From one address up to where both are at home, and down to the other, with `dot` for each step up. */
function climb(from: string, to: string, dot: string, slash = '/'): string {

    const way = from.replace(/\?.*/s, '').split('/');
    const goal = to.split('/');
    const apart = way.findIndex((segment, place) => segment !== goal[place]);
    const common = apart < 0 ? way.length : apart;
    return [way.join('/'), ...way.slice(common).map(() => dot), ...goal.slice(common)].join(slash);
}

const get = (site: Site, targets: readonly string[]) => targets.map((target) => probe(site, { target }));

/** The first segment of an address, and the rest with its slash. */
function splitFirst(target: string): readonly [string, string] {

    const [, first = target, rest = ''] = /^(\/[^/]*)(\/.*)$/s.exec(target) ?? [];
    return [first, rest];
}

const inEscapes = (text: string) => text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
const refusal = 'A refusal.';

const operation = 'customerCustomerRepositoryV1GetSelf';
const soapTargets = ['/soap', '/soap/default', '/index.php/soap/all'].flatMap((path) => ['customerCustomerRepositoryV1', 'directoryCurrencyInformationAcquirerV1', 'directoryCurrencyInformationAcquirerV1,customerCustomerRepositoryV1'].map((services) => `${path}?services=${services}`));
const envelope = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><n:${operation}Request xmlns:n="http://x/soap/default?services=customerCustomerRepositoryV1"/></e:Body></e:Envelope>`;

/** Attacks on what a request line addresses: a guest tries to get at the shut address under another name. */
export const targetAttacks: readonly Attack[] = [
    {
        name: 'dot-segments', kind: 'target', title: 'dot segments from an open address to a shut one', known: ['CVE-2026-33494', 'CVE-2025-66490'], right: refusal, judge: refused,
        probes: (site) => get(site, dots.flatMap((dot) => [climb(site.open, site.shut, dot), `/media/${dot}${site.shut}`, `/graphql/${dot}${site.shut}`, `/${dot}${site.shut}`]))
    },
    {
        name: 'encoded-slashes', kind: 'target', title: 'slashes in escapes', known: ['CVE-2025-66490', 'CVE-2026-40912'], right: refusal, judge: refused,
        probes(site) {

            const [first, rest] = splitFirst(site.shut);
            return get(site, slashes.flatMap((slash) => [`${first}${rest.replaceAll('/', slash)}`, `/${slash}${first.slice(1)}${rest}`, climb(site.open, site.shut, '..', slash), site.shut.replace(/\/(?=[^/]*$)/, slash)]));
        }
    },
    {
        name: 'many-slashes', kind: 'target', title: 'more slashes than there are', known: ['CVE-2021-43557'], right: refusal, judge: refused,
        probes: (site) => get(site, [`/${site.shut}`, `//${site.shut}`, `${'/'.repeat(2_000)}${site.shut}`, site.shut.replaceAll('/', '//'), `${site.shut}/`, `${site.shut}//`, `//${site.host}${site.shut}`, `/.${site.shut}`])
    },
    {
        name: 'number-signs', kind: 'target', title: 'a number sign', known: ['CVE-2021-32779'], right: refusal, judge: refused,
        probes: (site) => get(site, [`/#/..${site.shut}`, `${site.shut}#${site.open}`, `${site.open}#/../..${site.shut}`, '#', `#${site.shut}`])
    },
    {
        name: 'queries', kind: 'target', title: 'another address in the query', known: ['CVE-2025-54576'], right: 'What a guest gets without the query.', judge: same,
        probes: (site) => [site.open, `path=${site.open}`, `/../..${site.open}`, `?${site.open}`, `rest_route=${site.open}`, `%23${site.open}`].map((query) => probe(site, { target: `${site.shut}?${query}` }, { target: site.shut }))
    },
    {
        name: 'letters', kind: 'target', title: 'letters of the other case', known: [], right: refusal, judge: refused,
        probes(site) {

            const [first, rest] = splitFirst(site.shut);
            return get(site, [site.shut.toUpperCase(), site.shut.toLowerCase(), `${first.toUpperCase()}${rest}`, `${first}${rest.toUpperCase()}`, `${first}${rest.toLowerCase()}`]);
        }
    },
    {
        name: 'endings', kind: 'target', title: 'endings that file systems and frameworks drop', known: [], right: refusal, judge: refused,
        probes: (site) => get(site, ['.', '%20', '%09', '.json', '.xml', '.html', '.php', ';', ';a=b', ';jsessionid=1', '/.', '/;', '%00', '%00.jpg', '%3f', '%23', '~', '::$DATA', '/index.php'].map((ending) => `${site.shut}${ending}`))
    },
    {
        name: 'parameters', kind: 'target', title: 'parameters behind a semicolon', known: [], right: refusal, judge: refused,
        probes: (site) => get(site, [site.shut.replaceAll('/', '/;/'), site.shut.replaceAll(/(?<=[^/])\//g, ';a/'), `${site.open};/../..${site.shut}`, site.shut.replace(/\/(?=[^/]*$)/, '/;a=b/'), `/;a=b${site.shut}`])
    },
    {
        name: 'escapes', kind: 'target', title: 'letters in escapes, once and more often', known: [], right: refusal, judge: refused,
        probes(site) {

            const [first, rest] = splitFirst(site.shut);
            const once = [`${inEscapes(first)}${rest}`, `${first}${inEscapes(rest)}`, site.shut.replace(/[a-z](?=[^a-z]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`), site.shut.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)];
            return get(site, [...once, ...once.map((target) => target.replaceAll('%', '%25')), ...once.map((target) => target.replaceAll('%', '%u00'))]);
        }
    },
    {
        name: 'letters-of-others', kind: 'target', title: 'full-width letters, and others that are taken for plain ones', known: [], right: refusal, judge: refused,
        probes(site) {

            const wide = (text: string) => Array.from(text, (letter) => (letter === '/' ? letter : encodeURIComponent(String.fromCharCode(letter.charCodeAt(0) + 0xfee0)))).join('');
            const [first, rest] = splitFirst(site.shut);
            return get(site, [wide(site.shut), `${first}${wide(rest)}`, site.shut.replace('s', '%c5%bf'), site.shut.replace('k', '%e2%84%aa'), site.shut.replace('i', '%c4%b1')].filter((target) => target !== site.shut));
        }
    },
    {
        name: 'absolute-targets', kind: 'target', title: 'targets that name a host', known: [], right: refusal, judge: refused,
        probes: (site) => ['GET', 'OPTIONS'].flatMap((method) => ['http://169.254.169.254/', `http://169.254.169.254${site.open}`, `HTTP://localhost${site.shut}`, `https://localhost${site.shut}`, 'file:///etc/passwd', 'ftp://localhost/', '@169.254.169.254/', 'localhost:80', '*', '?', ''].map((target) => probe(site, { method, target })))
    },
    {
        name: 'tunnels', kind: 'target', title: 'a tunnel to somewhere else', known: [], right: 'A refusal, or a closed connection.', judge: refused,
        probes: (site) => ['169.254.169.254:80', 'localhost:6379', site.host, '/', site.shut].map((target) => probe(site, { method: 'CONNECT', target }))
    },
    {
        name: 'hosts', kind: 'target', title: 'hosts of somebody else', known: [], right: 'A refusal of the guest, whatever the host.', judge: refused,
        probes: (site) => ['localhost', '127.0.0.1', '169.254.169.254', 'internal', '[::1]', '', 'a b', `${site.host}@169.254.169.254`, `${site.host}/..`, `${site.host}#`].map((host) => probe(site, { target: site.shut, lines: [`Host: ${host}`] }))
    },
    {
        name: 'aliases', kind: 'target', title: 'other addresses of the same thing', known: [], right: refusal, judge: refused,
        probes(site) {

            const [first, rest] = splitFirst(site.shut);
            return get(site, [
                `/index.php${site.shut}`, `/index.php/index.php${site.shut}`, `/pub/index.php${site.shut}`, `/INDEX.PHP${site.shut}`, `${first}/default${rest}`, `${first}/all${rest}`, `${first}/ALL${rest}`, `${first}/default/default${rest}`, `${first}/admin${rest}`, `/default${site.shut}`, `${first}/async${rest}`, `${first}/async/bulk${rest}`,
                `${first}/default/async${rest}`, `${first}/x${rest}`, `${first}/%64efault${rest}`, `${first}/./${rest.slice(1)}`, rest
            ]);
        }
    },
    {
        name: 'soap-actions', kind: 'target', title: 'SOAP calls whose headers name another operation than their body', known: [], right: 'A fault, or a refusal.', judge: either(refused, containing(/Fault/, 'fault')),
        probes: (site) => soapTargets.map((target) => probe(site, { method: 'POST', target, body: envelope, lines: ['Content-Type: application/soap+xml', 'SOAPAction: "directoryCurrencyInformationAcquirerV1GetCurrencyInfo"'] }))
    }
];
