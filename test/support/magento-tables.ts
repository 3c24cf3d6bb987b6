import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { TestMariadb } from './mariadb.js';
import { blockOf } from './document.js';


const salt = 'abcdefghijklmnopqrstuvwxyz012345';

/** A hash of Magento's form (SPEC 13.1), version 1. */
export function magentoHash(password: string): string {

    return `${createHash('sha256').update(salt + password).digest('hex')}:${salt}:1`;
}

/** Tables as SPEC 13.2 tells of them, and what a small shop has in them: those of `test/support/magento.ts`, and some who may not sign in. */
function shopTables(prefix: string): string {

    const name = (table: string) => `\`${prefix}${table}\``;
    return `
        CREATE TABLE ${name('admin_user')} (user_id int unsigned AUTO_INCREMENT PRIMARY KEY, username varchar(40) UNIQUE, email varchar(128), password varchar(255) NOT NULL, is_active smallint NOT NULL DEFAULT 1,
            failures_num smallint DEFAULT 0, first_failure timestamp NULL, lock_expires timestamp NULL);
        CREATE TABLE ${name('authorization_role')} (role_id int unsigned AUTO_INCREMENT PRIMARY KEY, parent_id int unsigned NOT NULL DEFAULT 0, tree_level smallint unsigned NOT NULL DEFAULT 0,
            sort_order smallint unsigned NOT NULL DEFAULT 0, role_type varchar(1) NOT NULL DEFAULT '0', user_id int unsigned NOT NULL DEFAULT 0, user_type varchar(16), role_name varchar(50));
        CREATE TABLE ${name('authorization_rule')} (rule_id int unsigned AUTO_INCREMENT PRIMARY KEY, role_id int unsigned NOT NULL DEFAULT 0, resource_id varchar(255), privileges varchar(20), permission varchar(10));
        CREATE TABLE ${name('customer_entity')} (entity_id int unsigned AUTO_INCREMENT PRIMARY KEY, website_id smallint unsigned, email varchar(255), group_id smallint unsigned NOT NULL DEFAULT 1,
            store_id smallint unsigned, is_active smallint unsigned NOT NULL DEFAULT 1, password_hash varchar(128), confirmation varchar(64), failures_num smallint DEFAULT 0, first_failure timestamp NULL,
            lock_expires timestamp NULL, session_cutoff timestamp NULL, UNIQUE (email, website_id));
        CREATE TABLE ${name('store')} (store_id smallint unsigned PRIMARY KEY, code varchar(32), website_id smallint unsigned NOT NULL DEFAULT 0, is_active smallint unsigned NOT NULL DEFAULT 1);
        CREATE TABLE ${name('store_website')} (website_id smallint unsigned PRIMARY KEY, code varchar(32), is_default smallint unsigned DEFAULT 0);
        CREATE TABLE ${name('core_config_data')} (config_id int unsigned AUTO_INCREMENT PRIMARY KEY, scope varchar(8) NOT NULL DEFAULT 'default', scope_id int NOT NULL DEFAULT 0, path varchar(255) NOT NULL, value text);

        INSERT INTO ${name('admin_user')} (user_id, username, password, is_active) VALUES (1, 'Boss', '${magentoHash('Boss12345')}', 1), (2, 'clerk', '${magentoHash('Clerk12345')}', 1),
            (3, 'gone', '${magentoHash('Gone12345')}', 0), (4, 'roleless', '${magentoHash('Roleless12345')}', 1);
        INSERT INTO ${name('authorization_role')} (role_id, parent_id, role_type, user_id, user_type, role_name) VALUES (1, 0, 'G', 0, '2', 'Administrators'), (2, 1, 'U', 1, '2', 'Boss'), (3, 0, 'G', 0, '2', 'Clerks'),
            (4, 3, 'U', 2, '2', 'clerk'), (5, 1, 'U', 3, '2', 'gone'), (6, 0, 'U', 4, '1', 'an integration');
        INSERT INTO ${name('authorization_rule')} (role_id, resource_id, permission) VALUES (1, 'Magento_Backend::all', 'allow'), (3, 'Magento_Backend::all', 'deny'), (3, 'Magento_Backend::admin', 'allow'),
            (3, 'Magento_Customer::customer', 'allow'), (3, 'Magento_Sales::actions_view', 'deny'), (6, 'Magento_Backend::all', 'allow');
        INSERT INTO ${name('customer_entity')} (entity_id, website_id, email, group_id, store_id, password_hash, confirmation, lock_expires) VALUES
            (5, 1, 'Roni_Cost@example.com', 1, 1, '${magentoHash('roni_cost3@example.com')}', NULL, NULL), (6, 2, 'jean@example.com', 1, 2, '${magentoHash('jean_secret1')}', NULL, NULL),
            (7, 1, 'both@example.com', 1, 1, '${magentoHash('first_secret1')}', NULL, NULL), (8, 2, 'both@example.com', 1, 2, '${magentoHash('second_secret1')}', NULL, NULL),
            (9, 1, 'locked@example.com', 1, 1, '${magentoHash('Locked12345')}', NULL, UTC_TIMESTAMP() + INTERVAL 10 MINUTE), (10, 1, 'new@example.com', 1, 1, '${magentoHash('New12345')}', 'a1b2c3', NULL),
            (11, 1, 'passwordless@example.com', 1, 1, NULL, NULL, NULL), (12, 1, 'free@example.com', 1, 1, '${magentoHash('Free12345')}', '', UTC_TIMESTAMP() - INTERVAL 10 MINUTE);
        INSERT INTO ${name('store')} VALUES (0, 'admin', 0, 1), (1, 'default', 1, 1), (2, 'fr', 2, 1);
        INSERT INTO ${name('store_website')} VALUES (0, 'admin', 0), (1, 'base', 1), (2, 'fr', 0);`;
}

export interface TestShop {
    /** Runs statements in the shop's database. */
    sql(statements: string): Promise<string>;
    /** What `POSTERN_MAGENTO_DB` says of it, with the rights of API.md. */
    readonly address: string;
}

/** Makes the database of a small shop, and the user of whom API.md tells. */
export async function createShopTables(server: TestMariadb, prefix = ''): Promise<TestShop> {

    const grants = blockOf(readFileSync('API.md', 'utf8'), 'sql', 'CREATE USER').replaceAll('10.0.0.%', '%');
    await server.sql(`DROP DATABASE IF EXISTS magento; DROP USER IF EXISTS postern; CREATE DATABASE magento CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; USE magento; ${shopTables(prefix)}`);
    await server.sql(grants.replace(/magento\.(\w+)/g, `magento.${prefix}$1`));
    return {
        sql: (statements) => server.sql(`USE magento; ${statements}`),
        address: `mysql://postern:PASSWORD@127.0.0.1:${server.port}/magento${prefix === '' ? '' : `?prefix=${prefix}`}`
    };
}
