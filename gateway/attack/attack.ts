/** What is attacked: requests as no well-bred client would send them, in kinds. */
export type Kind = 'framing' | 'identity' | 'parsers' | 'target' | 'tokens';

/** A deployment, as far as an attacker knows it. Targets are paths as they stand in a request line. */
export interface Site {
    /** As it stands in `Host`. */
    readonly host: string;
    /** What anybody may GET. */
    readonly open: string;
    /** What no guest may GET, and whoever holds the token may. */
    readonly shut: string;
    /** What whoever holds the token may not GET. */
    readonly beyond: string;
    readonly token: string | undefined;
}

/** What is sent on a connection of its own, byte for byte. */
export interface Probe {
    readonly bytes: Buffer;
    /** What somebody would have sent who plays by the rules: the answer must be the same. */
    readonly honest?: Buffer;
    /** It is never finished: a byte follows now and then, for as long as the connection is open. */
    readonly isSlow?: boolean;
}

/** An answer. Names of headers are in lower case; of one that comes twice, the values stand with a line end between. */
export interface Answer {
    readonly status: number;
    readonly headers: ReadonlyMap<string, string>;
    readonly body: string;
}

/** What came back on a connection. */
export interface Came {
    readonly answers: readonly Answer[];
    /** Whether the other side closed it. */
    readonly isClosed: boolean;
    readonly elapsedMs: number;
}

/** Says what is wrong with what came; undefined where it is right. `honest` is what the rules earn, asked for twice. */
export type Judge = (came: Came, honest: readonly Came[]) => string | undefined;

/** One way to get past a gate, in some spellings. */
export interface Attack {
    readonly name: string;
    readonly kind: Kind;
    readonly title: string;
    /** Where it was seen. */
    readonly known: readonly string[];
    /** The right answer, in a sentence. */
    readonly right: string;
    readonly judge: Judge;
    /** None where it needs a token and there is none. */
    readonly probes: (site: Site) => readonly Probe[];
}
