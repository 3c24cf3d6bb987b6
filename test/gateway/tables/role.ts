import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';

import { createTableRoles } from '../../../gateway/tables/role.js';
import type { RoleRow } from '../../../gateway/tables/role.js';


export const lab = Lab.script();
const { describe, it } = lab;

const group = (id: number, parent = 0): RoleRow => ({ id, parent, type: 'G', user: 0, userType: '2' });
const own = (id: number, parent: number, user: number, userType = '2'): RoleRow => ({ id, parent, type: 'U', user, userType });

type Rule = readonly [role: number, resource: string, permission: string];

describe('createTableRoles()', () => {

    const roleOf = (admin: string, roles: readonly RoleRow[], rules: readonly Rule[]) => {

        return [...createTableRoles({ roles, rules: rules.map(([role, resource, permission]) => ({ role, resource, permission })) })(admin)];
    };

    const table: readonly (readonly [what: string, expected: readonly string[], roles: readonly RoleRow[], rules: readonly Rule[]])[] = [
        ['what the group allows', ['a', 'b'], [group(1), own(2, 1, 7)], [[1, 'a', 'allow'], [1, 'b', 'allow'], [1, 'c', 'deny']]],
        ['everything', ['Magento_Backend::all'], [group(1), own(2, 1, 7)], [[1, 'Magento_Backend::all', 'allow']]],
        ['everything alone where more is allowed by name', ['Magento_Backend::all'], [group(1), own(2, 1, 7)], [[1, 'a', 'allow'], [1, 'Magento_Backend::all', 'allow']]],
        ['what is allowed by name where a role for everything denies something', ['a'], [group(1), own(2, 1, 7)], [[1, 'Magento_Backend::all', 'allow'], [1, 'a', 'allow'], [1, 'b', 'deny']]],
        ['the own word before the group\'s', ['b'], [group(1), own(2, 1, 7)], [[1, 'a', 'allow'], [1, 'b', 'deny'], [2, 'a', 'deny'], [2, 'b', 'allow']]],
        ['the own denial before everything', [], [group(1), own(2, 1, 7)], [[1, 'Magento_Backend::all', 'allow'], [2, 'Magento_Backend::all', 'deny']]],
        ['a denial where two rows differ', ['c'], [group(1), own(2, 1, 7)], [[1, 'a', 'allow'], [1, 'a', 'deny'], [1, 'b', 'deny'], [1, 'b', 'allow'], [1, 'c', 'allow']]],
        ['a denial where a row is neither', [], [group(1), own(2, 1, 7)], [[1, 'a', ''], [1, 'b', 'ALLOW']]],
        ['the first of several rows of one admin', ['a'], [group(1), group(2), own(3, 1, 7), own(4, 2, 7)], [[1, 'a', 'allow'], [2, 'b', 'allow']]],
        ['the words of a group\'s group last', ['a', 'b'], [group(1), group(2, 1), own(3, 2, 7)], [[1, 'a', 'allow'], [1, 'c', 'allow'], [2, 'b', 'allow'], [2, 'c', 'deny']]],
        ['nothing of a group that is not there', [], [own(2, 1, 7)], [[1, 'a', 'allow'], [2, 'b', 'allow']]],
        ['nothing of groups that lead in a circle', [], [group(1, 3), group(3, 1), own(2, 1, 7)], [[1, 'a', 'allow'], [2, 'b', 'allow']]],
        ['its own row\'s where it is below no group', ['a'], [own(2, 0, 7)], [[2, 'a', 'allow']]],
        ['nothing to another admin', [], [group(1), own(2, 1, 8)], [[1, 'a', 'allow']]],
        ['nothing to an admin with an integration\'s number', [], [group(1), own(2, 1, 7, '1')], [[1, 'a', 'allow'], [2, 'a', 'allow']]],
        ['nothing to an admin with a group\'s row', [], [{ ...group(1), user: 7 }], [[1, 'a', 'allow']]]
    ];

    for (const [what, expected, roles, rules] of table) {
        it(`gives ${what}`, () => {

            expect(roleOf('7', roles, rules).sort()).to.equal([...expected]);
        });
    }

    it('makes one role for all who share it, and never another\'s', () => {

        const roles = [group(1), group(2), own(3, 1, 7), own(4, 1, 8), own(5, 2, 9), own(6, 1, 10)];
        const rules = [{ role: 1, resource: 'a', permission: 'allow' }, { role: 2, resource: 'b', permission: 'allow' }, { role: 6, resource: 'c', permission: 'allow' }];
        const of = createTableRoles({ roles, rules });
        expect(of('7')).to.shallow.equal(of('8'));
        expect([of('7'), of('9'), of('10'), of('11')].map((role) => [...role].sort())).to.equal([['a'], ['b'], ['a', 'c'], []]);
    });
});
