# Varnish between a TLS terminator and the gate: terminator -> Varnish -> Postern -> Magento.
# It keeps only what the service behind lets everybody keep; whatever is sent with a token or a cookie goes through.
# The gate is to be told of Varnish and the terminator: POSTERN_TRUSTED_PROXIES=127.0.0.1

vcl 4.1;

backend default {
    .host = "127.0.0.1";
    .port = "8080";
    .connect_timeout = 2s;
    .first_byte_timeout = 120s;
    .between_bytes_timeout = 120s;
}

# Who may say on whose behalf it asks
acl terminators {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (client.ip !~ terminators) {
        set req.http.X-Forwarded-For = client.ip;
        unset req.http.X-Forwarded-Proto;
        unset req.http.X-Forwarded-Host;
    }
    unset req.http.Forwarded;

    # Nothing is piped: what follows on a connection is to be judged, too
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.http.Authorization || req.http.Cookie) {
        return (pass);
    }
    return (hash);
}

sub vcl_hash {
    # What Magento's answers depend on beside the address
    hash_data(req.http.X-Forwarded-Proto);
    hash_data(req.http.Store);
    hash_data(req.http.Content-Currency);
}

sub vcl_backend_response {
    # Varnish would keep for two minutes what says nothing of caching
    if (!beresp.http.Cache-Control || beresp.http.Set-Cookie || beresp.status >= 400) {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    }
}
