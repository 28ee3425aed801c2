import { Client } from "../../provider/api/client";
import { Mask } from "../../provider/values/mask";

const options = { baseUrl: "", projectId: "", apiKey: "pok_of-this-test", requestTimeoutMs: 1 };

let mask: Mask;
let client: Client;
beforeEach(() => {
    mask = new Mask();
    client = new Client(options, mask);
});

describe("foreign text in a sentence", () => {
    it("is one line, without white space at its ends", () => {
        expect(client.quote("  first\n\tsecond\r\n\r\nthird ")).toBe("first second third");
    });

    it("is at most 500 characters", () => {
        expect(client.quote("x".repeat(2_000_000))).toBe(`${"x".repeat(500)}…`);
    });

    it("holds nothing of the key of its client", () => {
        expect(client.quote("no key pok_of-this-test is known")).toBe("no key [secret] is known");
    });

    it("is masked before it is cut, so that no part of a secret remains", () => {
        mask.add("a-secret-at-the-edge");
        for (let before = 470; before < 505; before += 1) {
            const text = `${"x".repeat(before)}a-secret-at-the-edge${"y".repeat(50)}`;
            expect(client.quote(text)).not.toContain("a-sec");
        }
    });

    it("is masked in a long text as well, where white space makes up most of it", () => {
        mask.add("a-secret-far-away");
        for (let before = 19_980; before < 20_010; before += 1) {
            expect(client.quote(`${" ".repeat(before)}a-secret-far-away`)).not.toMatch(/a-se/);
        }
    });

    it("is masked also where a secret has several lines", () => {
        mask.add("first line\nsecond line");
        expect(client.quote("the password first line\nsecond line is wrong")).toBe("the password [secret] is wrong");
    });
});

describe("the user of a client", () => {
    it("is not known until an answer names it, and is not forgotten by an answer that does not", () => {
        expect(client.user).toBeUndefined();
        client.learnUser(undefined);
        expect(client.user).toBeUndefined();
        client.learnUser("api-key-1");
        client.learnUser(undefined);
        expect(client.user).toBe("api-key-1");
    });
});

test("the API's clock counts as this machine's until an answer shows its time", () => {
    expect(client.serverTime(1_700_000_000_000)).toBe(1_700_000_000_000);
});
