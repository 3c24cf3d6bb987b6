import { existsSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { assemblePolicy } from '../../../gateway/policy/assembly.js';
import { lintPolicy } from '../../../gateway/policy/lint.js';
import { loadPolicy } from '../../../gateway/policy/load.js';


export const lab = Lab.script();
const { describe, it } = lab;

const shared = existsSync('../shared/magento');

const route = (line: string) => {

    const [method = '', url = '', ...resources] = line.split(' ');
    const forced = resources.includes('force') ? '<data><parameter name="id" force="true">%customer_id%</parameter></data>' : '';
    const refs = resources.filter((ref) => ref !== 'force').map((ref) => `<resource ref="${ref}"/>`).join('');
    return `<route url="${url}" method="${method}"><service class="A\\B\\Api\\CInterface" method="d"/><resources>${refs}</resources>${forced}</route>`;
};

const acl = '<config><acl><resources><resource id="x" title="x"/><resource id="y" title="y"/></resources></acl></config>';

describe('lintPolicy()', () => {

    const lint = (...lines: readonly string[]) => {

        const text = `<routes>${lines.map(route).join('\n')}</routes>`;
        return lintPolicy(assemblePolicy([{ kind: 'webapi', path: 'A/etc/webapi.xml', text }, { kind: 'acl', path: 'A/etc/acl.xml', text: acl }]));
    };

    const table: readonly (readonly [lines: readonly string[], findings: readonly string[]])[] = [
        [['GET /V1/a x', 'GET /V1/b self force', 'GET /V1/c Magento_Backend::all'], []],
        [['GET /V1/a'], ['error no-resource 1 GET /V1/a asks for no resource, so that everybody may call it']],
        [['GET /V1/a anonymous'], ['info anonymous-route 1 GET /V1/a may be called by everybody']],
        [['GET /V1/a anonymous x'], []],
        [['GET /V1/a x', 'PUT /V1/a self'], ['warning self-without-force 2 PUT /V1/a is for customers themselves and forces no parameter: whose data it is, only the service knows']],
        [['GET /V1/a x z'], ['warning undeclared-resource 1 GET /V1/a asks for "z", which no acl.xml declares or one disables: only a role with all resources may call it']],
        [['GET /V1/a/:b x', 'GET /V1/a/:c y'], ['error shadowed-route 1 GET /V1/a/:b is never reached: all that it matches is taken by GET /V1/a/:c (A/etc/webapi.xml:2), which asks for y and not for x']],
        [['GET /V1/a/:b x', 'GET /V1/a/:c x'], ['warning shadowed-route 1 GET /V1/a/:b is never reached: all that it matches is taken by GET /V1/a/:c (A/etc/webapi.xml:2), which asks for the same']],
        [['GET /V1/a/:b x', 'GET /V1/a/me self force'], ['info shadowed-route 1 GET /V1/a/:b loses /V1/a/me to GET /V1/a/me (A/etc/webapi.xml:2), which asks for self and not for x']],
        [['GET /V1/a/:b/c x', 'GET /V1/a/b/:c self force'], ['warning shadowed-route 1 GET /V1/a/:b/c loses /V1/a/b/c to GET /V1/a/b/:c (A/etc/webapi.xml:2), which asks for self and not for x']],
        [['GET /V1/a/:b/c self force', 'GET /V1/a/b/:c x'], ['info shadowed-route 1 GET /V1/a/:b/c loses /V1/a/b/c to GET /V1/a/b/:c (A/etc/webapi.xml:2), which asks for x and not for self']],
        [['GET /V1/a/:b/c self force', 'GET /V1/a/b/:c'], [
            'error no-resource 2 GET /V1/a/b/:c asks for no resource, so that everybody may call it',
            'warning shadowed-route 1 GET /V1/a/:b/c loses /V1/a/b/c to GET /V1/a/b/:c (A/etc/webapi.xml:2), which asks for nothing and not for self'
        ]]
    ];

    for (const [lines, findings] of table) {
        it(`finds ${findings.length} in ${lines.join(', ')}`, () => {

            expect(lint(...lines).map(({ level, rule, line, message }) => `${level} ${rule} ${line} ${message}`)).to.equal([...findings]);
        });
    }

    it('names who wins, for programs', () => {

        expect(lint('GET /V1/a/:b x', 'GET /V1/a/:c y')[0]?.winner).to.equal({ route: 'GET /V1/a/:c', file: 'A/etc/webapi.xml', line: 2, resources: ['y'], differ: true });
    });

    it('finds in 2.4.7-p3 what is known of it', { skip: !shared }, async () => {

        const findings = lintPolicy(await loadPolicy('../shared/magento/etc-2.4.7-p3'));
        const grave = findings.filter(({ level }) => level !== 'info').map(({ level, rule, message }) => `${level} ${rule} ${/^\S+ \S+/.exec(message)?.[0] ?? ''}`);
        expect(grave).to.equal([
            'warning undeclared-resource GET /V1/adobestock/asset/search',
            'warning self-without-force PUT /V1/guest-carts/:cartId'
        ]);
        expect(findings.filter(({ rule }) => rule === 'anonymous-route').length).to.equal(69);
        expect(findings.filter(({ rule }) => rule === 'shadowed-route').length).to.equal(94);
    });
});
