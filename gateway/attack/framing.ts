import type { Attack, Site } from './attack.js';
import type { Draft } from './request.js';
import { broken, either, givenUp, inTurn, refused, served } from './judge.js';
import { rawProbe, write } from './request.js';


const refusal = 'A refusal, and the end of the connection.';

const start = (site: Site, method = 'POST') => `${method} ${site.open} HTTP/1.1\r\nHost: ${site.host}\r\n`;

/** What must never be taken for a request of its own. */
const smuggled = (site: Site) => `GET ${site.open}?smuggled HTTP/1.1\r\nHost: ${site.host}\r\nConnection: close\r\n\r\n`;

const lineEnds = ['\r\n\rX', '\r\n\rX-A: 1\r\n\r\n', '\n\n', '\r\r\n\r\n', '\r\n \r\n\r\n', '\r\n\x00\r\n\r\n', '\r\n:\r\n\r\n', '\r\nX\r\n\r\n', '\r\nX-A: a\nX-B: b\r\n\r\n', '\r\nX-A: a\rX-B: b\r\n\r\n', '\r\nX-A: a\x00\r\n\r\n', '\r\nX(A): a\r\n\r\n', '\r\nX-A: a\r\n folded\r\n\r\n'];

const versions = ['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', 'HTTP/1.1 x', 'HTTP/11', 'ICY'];

const lengths = [
    ['Content-Length: 5', 'Content-Length: 6'], ['Content-Length: 5,6'], ['Content-Length: +5'], ['Content-Length: -5'], ['Content-Length: 0x5'], ['Content-Length: 5 5'], ['Content-Length: 5.0'], ['Content-Length: five'], ['Content-Length: 5\x0b'], ['Content-Length: 99999999999999999999999'], ['Content-Length : 5'], ['Content-Length: "5"'],
    ['Content-Length: 5', 'Transfer-Encoding: chunked'], ['Transfer-Encoding: chunked', 'Content-Length: 5'], ['Content-Length: 0', 'Transfer-Encoding: chunked']
];

const codings = [
    'Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked, identity', 'Transfer-Encoding: identity', 'Transfer-Encoding: gzip, chunked', 'Transfer-Encoding: chunked, chunked', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked', 'Transfer-Encoding : chunked',
    'Transfer-Encoding:\x0bchunked', 'Transfer-Encoding: \x00chunked', 'Transfer-Encoding: "chunked"', 'Transfer-Encoding: chunked;a=b', 'Transfer-Encoding:\r\n chunked', 'Transfer-Encoding:\n chunked', 'X: y\nTransfer-Encoding: chunked', 'X: y\rTransfer-Encoding: chunked', 'Transfer-Encoding: cow', 'Transfer-Encoding: \xe9chunked'
];

const chunks = ['0x5\r\nhello\r\n', '+5\r\nhello\r\n', '-5\r\nhello\r\n', '5\nhello\r\n', '5\r\nhelloX', '6\r\nhello\r\n', 'G\r\nhello\r\n', '\r\nhello\r\n', 'ffffffffffffffff1\r\nhello\r\n', '5;a\nb\r\nhello\r\n', '5\r\nhello\n'];

/** Attacks on where a request ends, and on what a connection is. */
export const framingAttacks: readonly Attack[] = [
    {
        name: 'line-ends', kind: 'framing', title: 'header blocks whose lines end in something else', known: ['CVE-2025-23167'], right: refusal, judge: broken,
        probes: (site) => lineEnds.map((end) => rawProbe(`GET ${site.open} HTTP/1.1\r\nHost: ${site.host}${end}`))
    },
    {
        name: 'request-lines', kind: 'framing', title: 'request lines that are none', known: [], right: refusal, judge: broken,
        probes(site) {

            const lines = [...versions.map((version) => `GET ${site.open} ${version}`), `GET ${site.open}`, `GET\t${site.open} HTTP/1.1`, ` GET ${site.open} HTTP/1.1`, `GET ${site.open}\x00 HTTP/1.1`, `GET ${site.open}\x7f HTTP/1.1`, `GET ${site.open} x HTTP/1.1`, `GET  HTTP/1.1`, 'HTTP/1.1 200 OK', '\x16\x03\x01\x02\x00\x01', '*1\r\n$4\r\nPING'];
            return lines.map((line) => rawProbe(`${line}\r\nHost: ${site.host}\r\nConnection: close\r\n\r\n`));
        }
    },
    {
        name: 'lengths', kind: 'framing', title: 'lengths that contradict each other, or are none', known: ['CVE-2026-1525'], right: refusal, judge: broken,
        probes: (site) => lengths.flatMap((lines) => ['hello', '5\r\nhello\r\n0\r\n\r\n'].map((body) => rawProbe(`${start(site)}${lines.join('\r\n')}\r\n\r\n${body}${smuggled(site)}`)))
    },
    {
        name: 'codings', kind: 'framing', title: 'transfer codings that only somebody takes for chunked', known: [], right: refusal, judge: broken,
        probes: (site) => codings.map((lines) => rawProbe(`${start(site)}${lines}\r\n\r\n0\r\n\r\n${smuggled(site)}`))
    },
    {
        name: 'chunks', kind: 'framing', title: 'chunks whose size only somebody can read', known: [], right: refusal, judge: broken,
        probes: (site) => chunks.map((chunk) => rawProbe(`${start(site)}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n${smuggled(site)}`))
    },
    {
        name: 'old-chunks', kind: 'framing', title: 'chunks in HTTP/1.0', known: [], right: refusal, judge: broken,
        probes: (site) => [rawProbe(`POST ${site.open} HTTP/1.0\r\nHost: ${site.host}\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled(site)}`)]
    },
    {
        name: 'trailers', kind: 'framing', title: 'identity and a token after the body', known: [], right: 'A refusal of the guest.', judge: refused,
        probes: (site) => [site.token ?? 'x'].map((token) => rawProbe(`GET ${site.shut} HTTP/1.1\r\nHost: ${site.host}\r\nConnection: close\r\nTrailer: Authorization, X-Caller-Id\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nAuthorization: Bearer ${token}\r\nX-Caller-Id: 1\r\n\r\n`))
    },
    {
        name: 'bodies', kind: 'framing', title: 'a request in the body of another', known: [], right: 'One answer.', judge: inTurn(served),
        probes: (site) => [rawProbe(`${start(site, 'GET')}Connection: close\r\nContent-Length: ${smuggled(site).length}\r\n\r\n${smuggled(site)}`)]
    },
    {
        name: 'unread-bodies', kind: 'framing', title: 'a request in the body of one that is refused, and another after it', known: [], right: 'A refusal, then the answer to the other, or the end of the connection.', judge: either(inTurn(refused, served), broken),
        probes: (site) => [rawProbe(`POST /nosuch HTTP/1.1\r\nHost: ${site.host}\r\nContent-Length: ${smuggled(site).length}\r\n\r\n${smuggled(site)}${start(site, 'GET')}Connection: close\r\n\r\n`)]
    },
    {
        name: 'pipelines', kind: 'framing', title: 'several requests at once on a connection', known: [], right: 'An answer to each, in their order, and none is taken for another\'s.', judge: inTurn(served, refused, served),
        probes: (site) => [rawProbe(`${start(site, 'GET')}\r\nGET ${site.shut} HTTP/1.1\r\nHost: ${site.host}\r\n\r\n${start(site, 'GET')}Connection: close\r\n\r\n`)]
    },
    {
        name: 'http2', kind: 'framing', title: 'HTTP/2 without being asked, and other protocols', known: ['CVE-2023-44487'], right: refusal, judge: broken,
        probes: (site) => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00', `GET ${site.open} HTTP/2\r\nHost: ${site.host}\r\n\r\n`, 'SSH-2.0-x\r\n\r\n', 'EHLO x\r\n\r\n'].map(rawProbe)
    },
    {
        name: 'large-headers', kind: 'framing', title: 'headers, targets and lines without end', known: [], right: 'A refusal.', judge: refused,
        probes({ host, open: target }) {

            const long = 'a'.repeat(200_000);
            const drafts: readonly Draft[] = [
                { target, lines: [`X-A: ${long}`] }, { target, lines: [`${long}: x`] }, { target: `${target}?${long}` }, { target, method: long.toUpperCase() }, { target, lines: [`Host: ${long}`] }, { target, lines: Array<string>(50_000).fill('a:') }
            ];
            return drafts.map((draft) => ({ bytes: write({ host }, draft) }));
        }
    },
    {
        name: 'slow-headers', kind: 'framing', title: 'a byte of a header now and then', known: [], right: 'The end of the connection, in half a minute at most.', judge: givenUp,
        probes: (site) => ['GET', `GET ${site.open} HTTP/1.1\r\nHost: ${site.host}\r\nX-A`].map((bytes) => ({ ...rawProbe(bytes), isSlow: true }))
    }
];
