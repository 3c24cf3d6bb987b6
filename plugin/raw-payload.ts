/** For routes that read their body themselves: hapi neither reads it, nor bounds it, nor looks at its media type. */
export const rawPayload = { output: 'stream', parse: false, override: 'application/octet-stream', maxBytes: Number.MAX_SAFE_INTEGER, timeout: false } as const;
