import { isLoopback } from "../../provider/address";
import { addressOfProject, readCredentials } from "../../provider/config";

const projectId = "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10";

describe("a project that the program names", () => {
    const read = (given: Parameters<typeof addressOfProject>[1]) => () => addressOfProject("eu", given);

    it("has its own address, whole or in parts", () => {
        expect(read({ projectId, baseUrl: "https://proxy.example.com/" })()).toEqual({
            projectId,
            baseUrl: "https://proxy.example.com",
        });
        const parts = { organization: "acme", region: "eu-central-1", cloud: "aws" };
        expect(read({ projectId, ...parts })().baseUrl).toBe("https://acme.eu-central-1.aws.api.imply.io");
    });

    it.each([
        [{ baseUrl: "https://x.example.com" }, `Project "eu": projectId is missing; give it the project's UUID.`],
        [{ projectId: "eu", baseUrl: "https://x.example.com" }, /^Project "eu": projectId is not the id of an Imply/],
        [{ projectId }, 'Project "eu": baseUrl is missing; give it, or organization, region and cloud.'],
        [{ projectId, region: "eu-central-1" }, /^Project "eu": organization is not set; /],
        [{ projectId, baseUrl: "http://x.example.com" }, /^Project "eu": baseUrl uses http, /],
        [{ projectId, baseUrl: "https://pok_hidden@x.example.com" }, /^Project "eu": baseUrl holds credentials, /],
    ])("is refused by its name as %j", (given, message) => {
        expect(read(given)).toThrow(message);
        expect(read(given)).not.toThrow("pok_hidden");
    });
});

describe("the key of a project", () => {
    const stack = { "polaris:euApiKey": "pok_stack", "polaris:apiKey": "pok_default" };
    const environment = { EU_KEY: "pok_environment", POLARIS_API_KEY: "pok_rotated", POLARIS_REQUEST_TIMEOUT: "5" };
    const read = (named: Parameters<typeof readCredentials>[0], from = environment) =>
        readCredentials(named, (key) => stack[key as keyof typeof stack], from);

    it("is found by the name that the program gives, in the environment or in the stack's secrets", () => {
        expect(read({ apiKeyEnv: "EU_KEY" })).toEqual({ apiKey: "pok_environment", requestTimeoutMs: 5_000 });
        expect(read({ apiKeyConfig: "polaris:euApiKey" }).apiKey).toBe("pok_stack");
    });

    it("is the default one where it has no name", () => {
        expect(read(undefined).apiKey).toBe("pok_rotated");
    });

    it("is never the default one where its name leads to nothing", () => {
        expect(() => read({ apiKeyEnv: "US_KEY" })).toThrow(
            "The environment variable US_KEY, which is to hold an Imply Polaris API key, is not set; set it.",
        );
        expect(() => read({ apiKeyConfig: "polaris:usApiKey" })).toThrow(
            "The Imply Polaris API key polaris:usApiKey is not configured; run `pulumi config set --secret polaris:usApiKey`.",
        );
    });

    it("is refused under its name, and not shown, where it can be none", () => {
        const broken = { ...environment, EU_KEY: "pok_hidden and more" };
        expect(() => read({ apiKeyEnv: "EU_KEY" }, broken)).toThrow(/^EU_KEY holds white space/);
        expect(() => read({ apiKeyEnv: "EU_KEY" }, broken)).not.toThrow("pok_hidden");
    });
});

describe("a loopback address", () => {
    it.each(["http://localhost:1", "http://127.0.0.1", "https://127.3.2.1/x", "http://[::1]:80"])(
        "can be %s",
        (url) => {
            expect(isLoopback(url)).toBe(true);
        },
    );

    it.each(["https://localhost.example.com", "http://128.0.0.1", "http://[::2]", "https://acme.example.com"])(
        "cannot be %s",
        (url) => {
            expect(isLoopback(url)).toBe(false);
        },
    );
});
