import { readFile } from 'node:fs/promises';

import type { PoolOptions } from 'mysql2/promise';
import { createPool } from 'mysql2/promise';

import type { DatabaseAddress } from './address.js';
import { showAddress } from './address.js';


export type Row = Readonly<Record<string, unknown>>;

/** Reads rows; each `?` stands for a value. Rejects with a `DatabaseError`. */
export type Select = (sql: string, values?: readonly string[]) => Promise<readonly Row[]>;

/** A database that is read and never written to. */
export interface Database {
    readonly select: Select;
    /** Runs several reads of the database as it is at one moment. */
    readonly selectAtOnce: <Value>(run: (select: Select) => Promise<Value>) => Promise<Value>;
    readonly close: () => Promise<void>;
}

/** The database gave no answer, or refused one. The message is a sentence without password. */
export class DatabaseError extends Error {
    override readonly name = 'DatabaseError';
    /** The server's name of the fault, such as `ER_TABLEACCESS_DENIED_ERROR`. */
    readonly code: string;

    constructor(message: string, code: string, cause: unknown) {

        super(message, { cause });
        this.code = code;
    }
}

interface Connection {
    query(sql: string): Promise<unknown>;
    execute(options: { readonly sql: string; readonly values: string[]; readonly timeout: number }): Promise<[unknown, unknown]>;
    release(): void;
    destroy(): void;
}

/** What is needed of mysql2's pool. */
export interface Pool {
    getConnection(): Promise<Connection>;
    end(): Promise<void>;
}

const connections = 8;
const connectTimeoutMs = 5_000;
const answerTimeoutMs = 5_000;

/** What every connection is told first: nothing is written, whatever its user may do, and several reads see the same. */
const readOnly = 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY';

/** Opens the way to a database. Nothing is sent before the first read. Rejects where the file of authorities cannot be read. */
export async function openDatabase(address: DatabaseAddress, makePool: (options: PoolOptions) => Pool = createPool): Promise<Database> {

    const { host, port, user, password, database, socket, tls } = address;
    const pool = makePool({
        host, port, user, password, database,
        ...socket !== undefined && { socketPath: socket },
        ...tls !== undefined && { ssl: { verifyIdentity: true, ...tls.ca !== undefined && { ca: await readFile(tls.ca, 'utf8') } } },
        connectionLimit: connections, connectTimeout: connectTimeoutMs, charset: 'UTF8MB4_GENERAL_CI', timezone: 'Z'
    });

    const withConnection = async <Value>(run: (connection: Connection) => Promise<Value>): Promise<Value> => {

        let connection: Connection | undefined;
        try {
            connection = await pool.getConnection();
            await connection.query(readOnly);
            const value = await run(connection);
            connection.release();
            return value;
        }
        catch (error) {

            // What is still to come on this connection, nobody knows

            connection?.destroy();
            throw explain(error as Error, address);
        }
    };

    const selectOn = async (connection: Connection, sql: string, values: readonly string[] = []): Promise<readonly Row[]> => {

        try {
            const [rows] = await connection.execute({ sql, values: [...values], timeout: answerTimeoutMs });
            return rows as readonly Row[];
        }
        catch (error) {
            throw explain(error as Error, address);
        }
    };

    return {
        select: (sql, values) => withConnection((connection) => selectOn(connection, sql, values)),
        selectAtOnce(run) {

            return withConnection(async (connection) => {

                await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
                const value = await run((sql, values) => selectOn(connection, sql, values));
                await connection.query('COMMIT');
                return value;
            });
        },
        close: () => pool.end()
    };
}

/** The sentence for a fault of the database's, known by its code; a mistake of ours stays what it is. */
function explain(error: Error, address: DatabaseAddress): Error {

    if (error instanceof DatabaseError || !('code' in error) || typeof error.code !== 'string') {
        return error;
    }

    return new DatabaseError(`The database ${showAddress(address)} cannot be read: ${error.message || error.code}`, error.code, error);
}
