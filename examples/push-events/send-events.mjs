// Sends three clicks: node send-events.mjs "$(pulumi stack output endpointUrl)"
const [endpointUrl] = process.argv.slice(2);
const { POLARIS_API_KEY: key } = process.env;
if (!endpointUrl || !key) throw new Error("Give the endpointUrl, and set POLARIS_API_KEY.");

const events = ["/", "/shop", "/shop/cart"].map((page, index) => ({
    time: new Date().toISOString(),
    page,
    duration: (index + 1) * 1.5,
}));
const response = await fetch(endpointUrl, {
    method: "POST",
    headers: {
        authorization: `Basic ${Buffer.from(`${key}:`).toString("base64url")}`,
        "content-type": "application/json",
    },
    // One JSON object a line; up to 1 MB in one request.
    body: events.map((event) => JSON.stringify(event)).join("\n"),
});
if (!response.ok) throw new Error(`Imply Polaris answered ${response.status}: ${await response.text()}`);
console.log(`sent ${events.length} events`);
