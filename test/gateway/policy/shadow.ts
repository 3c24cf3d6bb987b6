import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { assemblePolicy } from '../../../gateway/policy/assembly.js';
import { findShadows } from '../../../gateway/policy/shadow.js';


export const lab = Lab.script();
const { describe, it } = lab;

const route = (line: string) => {

    const [method = '', url = '', ...resources] = line.split(' ');
    return `<route url="${url}" method="${method}"><service class="A\\B\\Api\\CInterface" method="d"/><resources>${resources.map((ref) => `<resource ref="${ref}"/>`).join('')}</resources></route>`;
};

describe('findShadows()', () => {

    const find = (...lines: readonly string[]) => {

        const policy = assemblePolicy([{ kind: 'webapi', path: 'etc/webapi.xml', text: `<routes>${lines.map(route).join('\n')}</routes>` }]);
        return findShadows(policy.routes).map(({ winner, loser, path, kind, differ }) => `${winner.url} > ${loser.url} ${path} ${kind} ${differ ? 'differ' : 'same'}`);
    };

    const table: readonly (readonly [name: string, lines: readonly string[], shadows: readonly string[]])[] = [
        ['a word before a parameter', ['GET /V1/a/:id x', 'GET /V1/a/me self'], ['/V1/a/me > /V1/a/:id /V1/a/me word differ']],
        ['a word within, however they ask', ['GET /V1/a/:id/b/all x y', 'GET /V1/a/:id/b/:c y x'], ['/V1/a/:id/b/all > /V1/a/:id/b/:c /V1/a/x/b/all word same']],
        ['one of two names', ['GET /V1/a/:b x', 'GET /V1/a/:c y'], ['/V1/a/:c > /V1/a/:b /V1/a/x whole differ']],
        ['words crossed', ['GET /V1/a/:b/c x', 'GET /V1/a/b/:c x'], ['/V1/a/b/:c > /V1/a/:b/c /V1/a/b/c crossed same']],
        ['a word that begins with a digit, which sorts before the colon', ['GET /V1/a/:b/c/:d x', 'GET /V1/a/3d/c/:d x y'], ['/V1/a/:b/c/:d > /V1/a/3d/c/:d /V1/a/3d/c/x whole differ']],
        ['no two methods', ['GET /V1/a/:b x', 'POST /V1/a/:c x'], []],
        ['no two lengths', ['GET /V1/a/:b x', 'GET /V1/a/:b/:c x', 'GET /V1/a/:d/:e/:f x', 'GET /V1/a x'], []],
        ['no two words', ['GET /V1/a/b x', 'GET /V1/a/c x'], []],
        ['no two services', ['GET /V1/a/:b x', 'GET /V1/b/:b x'], []],
        ['nothing where no path comes to either', ['GET /V1/:a x', 'GET /V1/:b x'], []],
        ['each of three', ['GET /V1/a/:b x', 'GET /V1/a/c x', 'GET /V1/a/:d x'], [
            '/V1/a/c > /V1/a/:b /V1/a/c word same', '/V1/a/:d > /V1/a/:b /V1/a/x whole same', '/V1/a/c > /V1/a/:d /V1/a/c word same'
        ]]
    ];

    for (const [name, lines, shadows] of table) {
        it(`finds ${name}`, () => {

            expect(find(...lines)).to.equal([...shadows]);
        });
    }
});
