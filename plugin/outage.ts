/** What is said of an outage. */
export interface Outage {
    readonly begin: (error: { readonly message: string }) => void;
    readonly end: () => void;
}

/** Says that something went away, and that it is back: once each, however often it is tried meanwhile. */
export function oncePerOutage(name: string, notice: (sentence: string) => void): Outage {

    let isAway = false;
    return {
        begin({ message }) {

            if (!isAway) {
                isAway = true;
                notice(`${name} is away: ${message}`);
            }
        },
        end() {

            if (isAway) {
                isAway = false;
                notice(`${name} is back`);
            }
        }
    };
}
