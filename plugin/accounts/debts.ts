import { StoreUnavailableError } from '../sessions/store.js';


/** What the store is to be told as soon as it answers again. */
export interface Debts {
    owe(pay: () => Promise<void>): void;
    /** Pays what is owed, as far as the store lets. What cannot be paid stays owed. */
    settle(): Promise<void>;
}

/** Keeps debts in this process: at most `max`, beyond which the oldest is forgotten. */
export function createDebts(max = 10_000): Debts {

    const owed = new Set<() => Promise<void>>();
    let settling: Promise<void> | undefined;

    const payAll = async () => {

        try {
            for (const pay of owed) {
                await pay();
                owed.delete(pay);
            }
        }
        catch (error) {
            if (!(error instanceof StoreUnavailableError)) {
                throw error;
            }
        }
    };

    return {
        owe(pay) {

            owed.add(pay);
            for (const oldest of owed) {
                if (owed.size <= max) {
                    break;
                }

                owed.delete(oldest);
            }
        },
        settle() {

            settling ??= payAll().finally(() => {

                settling = undefined;
            });
            return settling;
        }
    };
}
