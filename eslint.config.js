import HapiPlugin from '@hapi/eslint-plugin';
import { defineConfig } from 'eslint/config';
import TypeScriptEslint from 'typescript-eslint';


// Files that decide. They import only each other, types, node:buffer and node:crypto: no hapi values, no clock, no environment, no I/O.
const pure = [
    'plugin/caller.ts', 'plugin/raw-headers.ts',
    'plugin/accounts/{account-record,name,password-rule,stored-hash}.ts', 'plugin/authenticate/bearer.ts', 'plugin/authorize/*.ts',
    'plugin/inject/!(assertion).ts', 'plugin/issue/{content-type,credentials,json-body,xml-body}.ts', 'plugin/refusals/!(boom).ts',
    'plugin/sessions/{keys,record,relay,token}.ts',
    'gateway/attack/!(dial).ts',
    'gateway/{entrance,signature}.ts',
    'gateway/{authorize,call,cors,forcing,framing,lenient,logout-decision,processor,role-origin,route-decision,rules,soap-decision,target,turns}.ts',
    'gateway/completion/*.ts',
    'gateway/explain/!(standing).ts',
    'gateway/forward/{headers,health}.ts',
    'gateway/graphql/*.ts',
    'gateway/magento/{admin-name,token-rows,user-token}.ts',
    'gateway/ops/key.ts',
    'gateway/policy/!(files|fingerprint|load|mark|walk|watch).ts',
    'gateway/settings/{clash,combinations,mistake,nearest,warnings}.ts',
    'gateway/soap/*.ts',
    'gateway/tables/{address,role,shop}.ts'
];

const pluginNeverImportsGateway = { group: ['**/gateway/**'], message: 'Imports run one way: gateway → plugin.' };

export default defineConfig(
    { ignores: ['dist/', 'coverage/'] },
    HapiPlugin.configs.module,
    { files: ['**/*.js'], languageOptions: { sourceType: 'module' }, rules: { strict: 'off' } },
    { files: ['test/bench/**/*.js'], rules: { 'func-style': 'off', '@hapi/for-loop': 'off' } },
    {
        files: ['**/*.ts'],
        extends: [TypeScriptEslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { projectService: true } },
        rules: {
            'dot-notation': 'off', 'func-style': 'off', 'no-shadow': 'off', 'no-undef': 'off', 'no-unused-vars': 'off', 'require-await': 'off', strict: 'off',
            '@typescript-eslint/consistent-type-imports': 'error',
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }]
        }
    },
    { files: ['plugin/**'], rules: { 'no-restricted-imports': ['error', { patterns: [pluginNeverImportsGateway] }] } },
    {
        files: pure,
        rules: {
            '@typescript-eslint/no-restricted-imports': ['error', {
                patterns: [pluginNeverImportsGateway, { regex: '^(@hapi/|ioredis$|bcrypt$|undici$|node:(?!(buffer|crypto)$))', allowTypeImports: true, message: 'A pure file does no I/O.' }]
            }]
        }
    },
    { files: ['test/**'], rules: { '@typescript-eslint/require-await': 'off', '@typescript-eslint/no-non-null-assertion': 'off' } }
);
