#!/usr/bin/env bash
# One signed request with curl and openssl (docs/signing.md). Prints the answer; a subscription comes as server-sent events.
# Run: SESSION_ID=… HMAC_KEY=… examples/curl.sh '{ me { id displayName } }' [url]
set -euo pipefail
query=$1
url=${2:-http://127.0.0.1:4000/graphql}

# Works for a query without line feeds, quotes and backslashes; for others make the JSON with a program such as jq.
body="{\"query\":\"$query\"}"
target=/${url#*://*/}
timestamp=$(date +%s)000
nonce=$(openssl rand -hex 16)

# Converts base64url without padding to hexadecimal digits: openssl has no other form for a key with arbitrary bytes.
padded=$(printf '%s' "$HMAC_KEY" | tr -- '-_' '+/')
while [ $((${#padded} % 4)) -ne 0 ]; do padded+='='; done
key=$(printf '%s' "$padded" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')

hash=$(printf '%s' "$body" | openssl dgst -sha256 -r | cut -d' ' -f1)
signature=$(printf '%s\n%s\n%s\n%s\n%s\n%s' POST "$target" "$SESSION_ID" "$timestamp" "$nonce" "$hash" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d' ' -f1)

accept='application/graphql-response+json'
case $query in subscription*) accept='text/event-stream' ;; esac

curl --silent --show-error --no-buffer "$url" \
  --header 'content-type: application/json' --header "accept: $accept" \
  --header "Authorization: Session $SESSION_ID" --header "X-Timestamp: $timestamp" \
  --header "X-Nonce: $nonce" --header "X-Signature: $signature" \
  --data-binary "$body"
