import type { LoginShield } from './shield.js';
import type { Verification, Verifier } from './verify.js';
import { readName } from './name.js';


/** Accounts that another service keeps: the verifier asks it, behind our login shield. Its admins' roles are its own where none is known here. */
export interface RemoteAccounts {
    readonly remote: Verifier;
    /** Asked for roles that are not in the session store; empty where an admin has none, undefined where only the service knows. Absent: only it knows any. */
    readonly roleOf?: (adminId: string) => Promise<ReadonlySet<string> | undefined>;
}

/** Puts the login shield before a verifier that has none. What it answers with 401 is a failed login, everything else is none. */
export function createShieldedVerifier(verifier: Verifier, shield: LoginShield): Verifier {

    return {
        async verify(credentials) {

            const { type, username, source } = credentials;
            const attempt = await shield.begin({ type, name: readName(username).canonical, source });
            if (attempt.kind === 'locked') {
                return { kind: 'refused', why: 'locked' };
            }

            return await attempt.pursue(async () => {

                const verification = await verifier.verify(credentials);
                if (verification.kind === 'verified') {
                    await attempt.succeed();
                }
                else if (!isFailedLogin(verification)) {
                    await attempt.takeBack();
                }

                return verification;
            });
        }
    };
}

function isFailedLogin(verification: Verification): boolean {

    return verification.kind === 'refused' || (verification.kind === 'passed-on' && verification.refusal.status === 401);
}
