vcl 4.1;

# Varnish in front of the site, as a cache for pages of visitors: docs/operations/proxy.md. For Varnish 7 or newer, behind
# a server that terminates TLS, sets X-Forwarded-Proto and X-Forwarded-For, and buffers requests, such as nginx: Varnish
# passes on the parts of a form as they arrive. It adds to X-Forwarded-For: set TRUSTED_PROXIES=2. Run it on a loopback
# address:
#
# varnishd -a 127.0.0.1:6081 -f /srv/exchange/deploy/varnish.vcl -s default,512m

backend application {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;
}

sub vcl_recv {
    # The application takes these for the headers with hyphens.
    unset req.http.X_Forwarded_For;
    unset req.http.X_Forwarded-For;
    unset req.http.X-Forwarded_For;
    unset req.http.X_Forwarded_Proto;
    unset req.http.X_Forwarded-Proto;
    unset req.http.X-Forwarded_Proto;

    # No page has an encoded character before the second slash of its path, where it could hide /metrics.
    if (req.url ~ "^/(metrics|[^/?]*%)") {
        return (synth(404));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # Static files are the same for everyone.
    if (req.url ~ "^/static/") {
        return (hash);
    }
    # Members who have signed in, and visitors with a message to show.
    if (req.http.Cookie ~ "(sessionid|messages)=") {
        return (pass);
    }
    # Without Varnish's built-in rules, by which requests with any cookie bypass the cache. Cookies are passed to the
    # application: a form must not get a new token each time.
    return (hash);
}

sub vcl_hash {
    # The canonical link of a page has the scheme.
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_backend_response {
    # Store only what the application allows to be stored; Varnish would store other pages for two minutes. Its own rules
    # follow, which refuse responses that set a cookie.
    if (beresp.http.Cache-Control !~ "(max-age|s-maxage)=[1-9]") {
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }
    # Pages of visitors get one second from s-maxage, and another from stale-while-revalidate, in which they are fetched
    # again. Keep them for longer, to ask with the ETag whether they have changed.
    set beresp.keep = 10m;
    if (beresp.http.Cache-Control !~ "stale-while-revalidate") {
        set beresp.grace = 0s;
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
}
