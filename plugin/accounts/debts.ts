import { StoreUnavailableError } from '../sessions/store.js';


/** What the store is to be told as soon as it answers again. */
export interface Debts {
    owe(pay: () => Promise<void>): void;
    /** Pays what is owed. Rejects where the store is still away; the rest stays owed. */
    settle(): Promise<void>;
}

/** Keeps debts in this process: at most `max`, beyond which the oldest is forgotten. */
export function createDebts(max = 10_000): Debts {

    const owed = new Set<() => Promise<void>>();
    let settling: Promise<void> | undefined;

    const payAll = async () => {

        for (const pay of owed) {
            owed.delete(pay);
            try {
                await pay();
            }
            catch (error) {
                if (error instanceof StoreUnavailableError) {
                    owed.add(pay);
                }

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
