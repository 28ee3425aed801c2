import fc from "fast-check";
import { ConfigurationError, readConfiguration } from "../../provider/config";

const project = "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10";
const otherProject = "5f0c0a1e-8b1f-4a57-9a53-0f6f5b0d3c11";
const address = "https://acme.us-east-1.aws.api.imply.io";

type Settings = Record<string, string | undefined>;

const read = (stack: Settings, environment: Settings = {}) => readConfiguration((key) => stack[key], environment);

const complete = { "polaris:projectId": project, "polaris:baseUrl": address, "polaris:apiKey": "pok_stack" };

/** The message of the refusal of these settings, put over settings that are complete. */
function refusal(stack: Settings, environment: Settings = {}): string {
    try {
        read({ ...complete, ...stack }, environment);
    } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
        return (error as Error).message;
    }
    throw new Error("was not refused");
}

function codeOf(stack: Settings): string | undefined {
    try {
        read(stack);
    } catch (error) {
        return error instanceof ConfigurationError ? error.code : undefined;
    }
    return undefined;
}

const withoutAddress = { "polaris:baseUrl": undefined };

describe("the configuration", () => {
    it("is read from the stack alone", () => {
        expect(read(complete)).toEqual({
            projectId: project,
            baseUrl: address,
            apiKey: "pok_stack",
            requestTimeoutMs: 30_000,
        });
    });

    it("is read from the environment alone", () => {
        const environment = {
            POLARIS_PROJECT_ID: project,
            POLARIS_BASE_URL: address,
            POLARIS_API_KEY: "pok_environment",
            POLARIS_REQUEST_TIMEOUT: "2.5",
        };
        expect(read({}, environment)).toEqual({
            projectId: project,
            baseUrl: address,
            apiKey: "pok_environment",
            requestTimeoutMs: 2_500,
        });
    });

    it("takes project, address and time limit from the stack where both have them", () => {
        const environment = {
            POLARIS_PROJECT_ID: otherProject,
            POLARIS_BASE_URL: "https://elsewhere.example.com",
            POLARIS_REQUEST_TIMEOUT: "7",
        };
        const found = read({ ...complete, "polaris:requestTimeout": "5" }, environment);
        expect(found).toMatchObject({ projectId: project, baseUrl: address, requestTimeoutMs: 5_000 });
    });

    it("takes the key from the environment where both have it, as a rotated key has to work everywhere", () => {
        expect(read(complete, { POLARIS_API_KEY: "pok_rotated" }).apiKey).toBe("pok_rotated");
    });

    it("takes empty and blank settings for absent ones", () => {
        const environment = { POLARIS_API_KEY: " ", POLARIS_PROJECT_ID: "" };
        expect(read(complete, environment).apiKey).toBe("pok_stack");
        expect(read({ ...complete, "polaris:projectId": " " }, { POLARIS_PROJECT_ID: otherProject }).projectId).toBe(
            otherProject,
        );
    });

    it("ignores white space around a setting, as a file or a here-document leaves it", () => {
        const stack = { "polaris:projectId": ` ${project}\n`, "polaris:baseUrl": `${address}\n` };
        expect(read(stack, { POLARIS_API_KEY: "pok_environment\n" })).toMatchObject({
            projectId: project,
            baseUrl: address,
            apiKey: "pok_environment",
        });
    });

    it("writes a project id in lower case, so that one project has one spelling in all states", () => {
        expect(read({ ...complete, "polaris:projectId": project.toUpperCase() }).projectId).toBe(project);
    });
});

describe("the address", () => {
    const parts = { "polaris:organization": "Acme", "polaris:region": "eastus", "polaris:cloud": "azure" };

    it("is assembled from organization, region and cloud", () => {
        expect(read({ ...complete, ...withoutAddress, ...parts }).baseUrl).toBe(
            "https://acme.eastus.azure.api.imply.io",
        );
    });

    it("is the base URL where the same source has its parts as well", () => {
        expect(read({ ...complete, ...parts }).baseUrl).toBe(address);
    });

    it("comes whole from the stack where the stack has any part of it", () => {
        const environment = { POLARIS_BASE_URL: "https://elsewhere.example.com", POLARIS_CLOUD: "azure" };
        const half = { ...withoutAddress, "polaris:organization": "acme", "polaris:region": "eastus" };
        expect(refusal(half, environment)).toBe(
            "polaris:cloud is not set; the Imply Polaris address needs polaris:organization, polaris:region and polaris:cloud together, or polaris:baseUrl.",
        );
    });

    it("is never put together from both sources", () => {
        fc.assert(
            fc.property(
                fc.record({ organization: fc.boolean(), region: fc.boolean(), cloud: fc.boolean() }),
                (inStack) => {
                    fc.pre(Object.values(inStack).some(Boolean) && !Object.values(inStack).every(Boolean));
                    const stack = Object.fromEntries(
                        Object.entries(inStack).map(([key, has]) => [`polaris:${key}`, has ? "aws" : undefined]),
                    );
                    const environment = {
                        POLARIS_ORGANIZATION: "acme",
                        POLARIS_REGION: "us-east-1",
                        POLARIS_CLOUD: "aws",
                    };
                    expect(refusal({ ...withoutAddress, ...stack }, environment)).toMatch(/^polaris:\w+ is not set; /);
                },
            ),
        );
    });

    it.each([
        ["https://acme.us-east-1.aws.api.imply.io/", address],
        ["https://proxy.example.com/polaris//", "https://proxy.example.com/polaris"],
        ["https://ACME.us-east-1.aws.api.imply.io:443", address],
        ["https://acme.westus2.azure.api.imply.io//", "https://acme.westus2.azure.api.imply.io"],
        ["https://acme.new-place-9.aws.api.imply.io", "https://acme.new-place-9.aws.api.imply.io"],
        ["https://imply.io.example.com/projects", "https://imply.io.example.com/projects"],
        ["https://notimply.io:8443/a", "https://notimply.io:8443/a"],
        ["http://localhost:8443", "http://localhost:8443"],
        ["http://127.0.0.1:1234/", "http://127.0.0.1:1234"],
        ["http://127.1.2.3", "http://127.1.2.3"],
        ["http://[::1]:99", "http://[::1]:99"],
    ])("%s is taken as %s", (given, taken) => {
        expect(read({ ...complete, "polaris:baseUrl": given }).baseUrl).toBe(taken);
    });

    it.each([
        ["acme.us-east-1.aws.api.imply.io", "is not an address"],
        ["localhost:1234", "is not an https address"],
        ["ftp://acme.example.com", "is not an https address"],
        [
            "http://acme.us-east-1.aws.api.imply.io",
            "uses http, which would show the API key to the network (only a loopback address may)",
        ],
        [
            "http://127.0.0.1.example.com",
            "uses http, which would show the API key to the network (only a loopback address may)",
        ],
        ["https://user:hidden@acme.example.com", "holds credentials, which belong into POLARIS_API_KEY"],
        ["https://pok_hidden@acme.example.com", "holds credentials, which belong into POLARIS_API_KEY"],
        ["https://acme.example.com/?a=b", "holds a query or a fragment"],
        ["https://acme.example.com/#a", "holds a query or a fragment"],
        [`https://acme.example.com/v1/projects/${project}`, "holds the path of the API, which is added to it"],
        ["https://acme.app.imply.io", "is not the address of a region's API"],
        ["https://acme.api.imply.io", "is not the address of a region's API"],
        ["https://api.imply.io", "is not the address of a region's API"],
        ["https://imply.io/polaris", "is not the address of a region's API"],
        ["https://console.imply.io./", "is not the address of a region's API"],
        ["https://acme.us-east-1.aws.imply.io", "is not the address of a region's API"],
        ["https://ACME.us-east-1.aws.app.imply.io/projects", "is not the address of a region's API"],
        ["https://acme.us-east-1.gcp.api.imply.io", "is not the address of a region's API"],
        ["https://x.acme.us-east-1.aws.api.imply.io", "is not the address of a region's API"],
        [`${address}/projects/${project}`, "holds more than the address of a region's API"],
        [`${address}:8443`, "holds more than the address of a region's API"],
        ["https://acme.us-east-1a.aws.api.imply.io", "names a zone instead of a region"],
        ["https://acme.us-east-1.azure.api.imply.io", "names a region that azure does not have"],
        ["https://acme.eastus.aws.api.imply.io", "names a region that aws does not have"],
    ])("%s is refused", (given, fault) => {
        const expected = `polaris:baseUrl ${fault}; set it to an address of the form https://ORGANIZATION.REGION.CLOUD.api.imply.io.`;
        expect(refusal({ "polaris:baseUrl": given })).toBe(expected);
        expect(refusal(withoutAddress, { POLARIS_BASE_URL: given })).toBe(
            expected.replace("polaris:baseUrl", "POLARIS_BASE_URL"),
        );
    });

    const alone = 'letters, digits and "-" alone, such as';
    const whole = "holds more of an address than its own part";
    it.each([
        ["polaris:organization", "my_org", "is malformed", `${alone} "acme"`],
        ["polaris:organization", "Acme Corp", "is malformed", `${alone} "acme"`],
        ["polaris:organization", "acme.us-east-1.aws.api.imply.io", whole, `${alone} "acme"`],
        ["polaris:organization", "https://acme.example.com/", whole, `${alone} "acme"`],
        ["polaris:organization", "acme.", whole, `${alone} "acme"`],
        ["polaris:region", "-east", "is malformed", `${alone} "us-east-1"`],
        ["polaris:region", "us-east-1.aws", whole, `${alone} "us-east-1"`],
        ["polaris:cloud", "gcp", "is malformed", '"aws" or "azure"'],
    ])("%s = %s is refused: %s", (key, value, fault, expected) => {
        expect(refusal({ ...withoutAddress, ...parts, [key]: value })).toBe(`${key} ${fault}; set it to ${expected}.`);
    });

    const regions = {
        aws: "us-east-1 us-east-2 us-west-2 eu-central-1 eu-west-1 ap-northeast-2 ap-south-1 us-gov-west-1".split(" "),
        azure: "eastus westus2 germanywestcentral northeurope southeastasia centralindia uksouth".split(" "),
    };
    const example = { aws: "us-east-1", azure: "eastus" };
    it.each([
        ["aws", "azure"],
        ["azure", "aws"],
    ] as const)("has regions of %s that %s does not have, and any new one", (cloud, other) => {
        const settings = (region: string, of: string) => ({
            ...withoutAddress,
            ...parts,
            "polaris:region": region,
            "polaris:cloud": of,
        });
        for (const region of [...regions[cloud], "newplace", "new-place-1"]) {
            const { baseUrl } = read({ ...complete, ...settings(region, cloud) });
            expect(baseUrl).toBe(`https://acme.${region}.${cloud}.api.imply.io`);
        }
        for (const region of regions[cloud]) {
            const message = `polaris:region names a region that ${other} does not have; set it to a region of ${other}, such as "${example[other]}".`;
            expect(refusal(settings(region, other))).toBe(message);
        }
        for (const zone of ["us-east-1a", "eu-west-1c", "use1-az4", "us-west-2-lax-1a"]) {
            const message = `polaris:region names a zone instead of a region; set it to a region of ${cloud}, such as "${example[cloud]}".`;
            expect(refusal(settings(zone, cloud))).toBe(message);
        }
    });
});

describe("a setting that is missing or malformed", () => {
    it.each([
        [
            "polaris:projectId",
            "The Imply Polaris project is not configured; run `pulumi config set polaris:projectId <uuid>` or set POLARIS_PROJECT_ID.",
        ],
        [
            "polaris:baseUrl",
            "The Imply Polaris address is not configured; set polaris:organization, polaris:region and polaris:cloud, or polaris:baseUrl; or POLARIS_ORGANIZATION, POLARIS_REGION and POLARIS_CLOUD, or POLARIS_BASE_URL.",
        ],
        [
            "polaris:apiKey",
            "The Imply Polaris API key is not configured; set POLARIS_API_KEY or run `pulumi config set --secret polaris:apiKey`.",
        ],
    ])("is told with both ways to set it: %s", (key, message) => {
        expect(refusal({ [key]: undefined })).toBe(message);
    });

    it.each([
        ["polaris:projectId", undefined, "PolarisNotConfigured"],
        ["polaris:baseUrl", undefined, "PolarisNotConfigured"],
        ["polaris:apiKey", undefined, "PolarisApiKeyMissing"],
        ["polaris:projectId", "x", "PolarisConfigurationInvalid"],
        ["polaris:baseUrl", "x", "PolarisConfigurationInvalid"],
        ["polaris:apiKey", "two words", "PolarisConfigurationInvalid"],
        ["polaris:requestTimeout", "x", "PolarisConfigurationInvalid"],
    ])("has a code: %s = %s", (key, value, code) => {
        expect(codeOf({ ...complete, [key]: value })).toBe(code);
    });

    it("has the code of a missing one where a part of the address is missing", () => {
        const part = { ...complete, ...withoutAddress, "polaris:cloud": "aws" };
        expect(codeOf(part)).toBe("PolarisNotConfigured");
    });

    it.each(["my-project", "0f3a8a52", `${project}0`, "0f3a8a526c0e4b0b9b525f0b0b8f6d10"])(
        "is told where a project id is no UUID: %s",
        (given) => {
            const message =
                "is not the id of an Imply Polaris project; set it to the UUID in the project's address, such as 0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10.";
            expect(refusal({ "polaris:projectId": given })).toBe(`polaris:projectId ${message}`);
            expect(refusal({ "polaris:projectId": undefined }, { POLARIS_PROJECT_ID: given })).toBe(
                `POLARIS_PROJECT_ID ${message}`,
            );
        },
    );

    it.each(["0", "-1", "601", "soon", "Infinity", "NaN"])("is reported for the time limit %s", (given) => {
        expect(refusal({ "polaris:requestTimeout": given })).toBe(
            "polaris:requestTimeout is not a number of seconds up to 600; leave it out for 30.",
        );
    });

    it("names the source that it came from, even where the other source would do", () => {
        expect(refusal({}, { POLARIS_API_KEY: "two words" })).toMatch(/^POLARIS_API_KEY holds white space/);
        expect(refusal({ "polaris:projectId": "x" }, { POLARIS_PROJECT_ID: project })).toMatch(/^polaris:projectId /);
    });

    it("is reported in one sentence, and never with the key or with credentials in the address", () => {
        const broken = fc.constantFrom<[string, string]>(
            ["polaris:apiKey", "pok_hidden with white space"],
            ["polaris:apiKey", "pok_hiddén"],
            ["polaris:apiKey", "pok_hidden\u0007"],
            ["polaris:baseUrl", "https://pok_hidden:pok_hidden@example.com"],
            ["polaris:projectId", "pok_hidden"],
            ["polaris:requestTimeout", "pok_hidden"],
            ["polaris:cloud", "pok_hidden"],
        );
        fc.assert(
            fc.property(broken, ([key, value]) => {
                const message = refusal({ ...(key === "polaris:cloud" && withoutAddress), [key]: value });
                expect(message).not.toContain("hidd");
                expect(message).toMatch(/^[^\n]+\.$/);
                expect(message.match(/\.\s/g)).toBeNull();
            }),
        );
    });
});
