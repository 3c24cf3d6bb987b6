/** The two halves of a `Host`; none where it is no host. */
export interface HostParts {
    readonly address?: string;
    readonly port?: number;
}

const form = /^(?:\[([\da-f:.]{2,45})\]|([^\s/@:[\]]{1,253}))(?::(\d{1,5}))?$/i;

/** Reads a client's `Host` (RFC 9110 section 7.2). */
export function readHost(host: string | undefined): HostParts {

    const [, v6, name, port] = form.exec(host ?? '') ?? [];
    const address = v6 ?? name;
    return { ...address !== undefined && { address }, ...port !== undefined && { port: Number(port) } };
}
