import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import type { Policy } from '../../gateway/policy/load.js';
import type { RouteCall } from '../../gateway/route-decision.js';
import type { Standing } from '../../plugin/authenticate/standing.js';
import { createAuthorize } from '../../gateway/authorize.js';
import { resolveCall } from '../../gateway/call.js';
import { assemblePolicy } from '../../gateway/policy/assembly.js';
import { createDecideRoute } from '../../gateway/route-decision.js';
import { anyStore } from '../../gateway/target.js';
import { guest } from '../../plugin/caller.js';
import { refusalsFor } from '../../plugin/refusals/refusal.js';


export const lab = Lab.script();
const { describe, it } = lab;

const text = `<routes>
<route url="/V1/me" method="PUT" secure="true">
    <service class="A\\B\\Api\\CInterface" method="save"/>
    <resources><resource ref="self"/></resources>
    <data><parameter name="customer.id" force="true">%customer_id%</parameter><parameter name="customer.group_id" force="true">%customer_group_id%</parameter></data>
</route>
<route url="/V1/plain" method="POST"><service class="A\\B\\Api\\CInterface" method="say"/><resources><resource ref="anonymous"/></resources></route>
<route url="/V1/carts" method="POST">
    <service class="A\\B\\Api\\CInterface" method="fill"/>
    <resources><resource ref="anonymous"/></resources>
    <data><parameter name="customer.group_id">1</parameter><parameter name="customerId" force="true">%customer_id%</parameter></data>
</route>
<route url="/V1/notes" method="POST"><service class="A\\B\\Api\\CInterface" method="note"/><resources><resource ref="self"/></resources></route>
<route url="/V1/files/:name" method="GET"><service class="A\\B\\Api\\CInterface" method="get"/><resources><resource ref="anonymous"/></resources></route>
<route url="/V1/files/secret" method="GET"><service class="A\\B\\Api\\CInterface" method="open"/><resources><resource ref="A_B::secret"/></resources></route>
</routes>`;

const standings: Readonly<Record<string, Standing>> = {
    guest: { caller: guest, role: new Set(), credential: 'absent' },
    customer: { caller: { type: 'customer', id: '7', group: 1 }, role: new Set(), credential: 'insufficient' },
    all: { caller: { type: 'admin', id: '1' }, role: new Set(['Magento_Backend::all']), credential: 'insufficient' }
};

describe('createDecideRoute()', () => {

    const policy: Policy = assemblePolicy([{ kind: 'webapi', path: 'etc/webapi.xml', text }]);

    const decide = (line: string, who: string, isSecure: boolean, profile: '2.0' | '2.4') => {

        const [method = '', target = ''] = line.split(' ');
        const refusals = refusalsFor(profile);
        const call = resolveCall(method, target, { policy, refusals, isStore: anyStore }) as RouteCall;
        expect(call.kind).to.equal('route');
        const authorize = createAuthorize({ policy: () => policy, refusals, stores: undefined, profile });
        const decision = createDecideRoute({ authorize, refusals, profile })(call, standings[who]!, () => isSecure);
        if (decision.kind === 'refused') {
            const { status, reason, parameters = {} } = decision.refusal;
            return [status, reason, ...Object.values(parameters) as string[]].join(' ');
        }

        return decision.forced.map((forced) => `${forced.kind} ${forced.path.join('.')}${forced.kind === 'set' ? ` ${forced.text}` : ''}`).join(', ');
    };

    const table: readonly (readonly [line: string, who: string, isSecure: boolean, profile: '2.0' | '2.4', decision: string])[] = [
        ['PUT /rest/V1/me', 'customer', true, '2.4', 'set customer.id 7, set customer.group_id 1'],
        ['PUT /rest/V1/me', 'customer', false, '2.4', '400 not-https'],
        ['PUT /rest/V1/me', 'guest', false, '2.4', '401 not-authorized self'],
        ['PUT /rest/V1/me', 'all', true, '2.4', 'leave customer.id, leave customer.group_id'],
        ['PUT /rest/async/V1/me', 'customer', true, '2.4', '401 not-authorized Magento_Customer::manage'],
        ['PUT /rest/async/V1/me', 'all', true, '2.4', 'leave customer.id, leave customer.group_id'],
        ['PUT /rest/async/V1/me', 'all', false, '2.4', '400 not-https'],
        ['PUT /rest/async/bulk/V1/me', 'all', true, '2.4', ''],
        ['POST /rest/async/V1/notes', 'customer', false, '2.4', ''],
        ['POST /rest/async/bulk/V1/notes', 'customer', false, '2.4', '400 not-queued'],
        ['POST /rest/async/V1/carts', 'customer', false, '2.4', 'set customerId 7'],
        ['POST /rest/async/bulk/V1/carts', 'customer', false, '2.4', '400 not-queued'],
        ['POST /rest/async/bulk/V1/carts', 'guest', false, '2.4', ''],
        ['POST /rest/all/V1/carts', 'customer', false, '2.0', 'set customerId 7'],
        ['POST /rest/async/bulk/V1/plain', 'customer', false, '2.4', ''],
        ['GET /rest/all/V1/files/a', 'guest', false, '2.0', '400 bad-request'],
        ['GET /rest/all/V1/files/a', 'guest', false, '2.4', ''],
        ['GET /rest/V1/files/s%65cret', 'guest', false, '2.4', '401 not-authorized A_B::secret'],
        ['GET /rest/V1/files/secret;a', 'customer', false, '2.4', '401 not-authorized A_B::secret'],
        ['GET /rest/V1/files/s%65cret', 'all', false, '2.4', ''],
        ['GET /rest/V1/files/..', 'guest', false, '2.4', '400 bad-target']
    ];

    for (const [line, who, isSecure, profile, decision] of table) {
        it(`decides ${line} for ${who} over ${isSecure ? 'https' : 'http'} as ${profile} does`, () => {

            expect(decide(line, who, isSecure, profile)).to.equal(decision);
        });
    }
});
