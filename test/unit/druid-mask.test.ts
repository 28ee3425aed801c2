import { mask } from "../../emulator/druid/mask";

const password = 'pa"ss\\word-4711';
const vault = new Map([
    ["1", password],
    ["2", "pem"],
    ["3", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"],
    ["4", "pa"],
]);

test.each([
    `login with ${password} refused`,
    `{"sasl.jaas.config": ${JSON.stringify(`password="${password.replace(/[\\"]/g, "\\$&")}";`)}}`,
    `password="${password.replace(/[\\"]/g, "\\$&")}"`,
    JSON.stringify({ password }),
])("no secret stays in %j", (message) => {
    expect(mask(message, vault)).toContain("[secret]");
    expect(mask(message, vault)).not.toContain("4711");
});

test("a message without secrets stays as it is, also with words of stores", () => {
    expect(mask("cannot read the pem store", vault)).toBe("cannot read the pem store");
});
