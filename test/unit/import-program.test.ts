import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import vm from "node:vm";
import { Call, Names, printImport, printNew } from "../../provider/import/code";
import { configurationKey, environmentVariable, variablesFor } from "../../provider/import/identifiers";
import { SecretNames } from "../../provider/import/secret-names";
import { TextFiles } from "../../provider/import/text-files";
import { repository } from "../support/project";

const key = fc.oneof(fc.stringMatching(/^[a-zA-Z]{1,14}$/), fc.stringMatching(/^[ -~äöü日本]{0,12}$/));
const text = fc.oneof(
    fc.string({ maxLength: 130 }),
    fc.stringMatching(/^[ -~äöü日本語한]{0,60}$/),
    fc.stringMatching(/^[\u0000\u0007\u001b\u00a0\u200b\u2028\ufeff\ud800\n\r\t\\`${a'"]{0,12}$/),
    fc.stringMatching(/^[ -~\n"'`${\\]{0,150}$/),
);
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const leaf = fc.oneof(fc.boolean(), number, fc.constant(null), text);
const value = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        leaf,
        fc.array(tie("any"), { maxLength: 5 }),
        fc.array(fc.integer(), { maxLength: 60 }),
        fc.dictionary(key, tie("any"), { maxKeys: 5 }),
    ),
})).any;
const args = fc.dictionary(key, value, { minKeys: 1, maxKeys: 6 });

const print = (begin: string, name: string, given: Record<string, unknown>, options: Record<string, unknown>) =>
    printNew(begin, "polaris.KafkaConnection", name, given, options);

test("what is printed has the value that was meant", () => {
    fc.assert(
        fc.property(fc.string(), args, fc.boolean(), (name, given, isProtected) => {
            const options = isProtected ? { protect: true } : {};
            const source = print("", name, given, options).replace("new polaris.KafkaConnection", "seen");
            const seen = (...values: unknown[]) => JSON.stringify(values);
            const found: unknown = vm.runInNewContext(source, { seen });
            expect(found).toBe(seen(name, given, ...(isProtected ? [options] : [])));
        }),
        { numRuns: 400 },
    );
});

test("Prettier with 120 columns and 4 spaces leaves it as it is", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "polaris-print-"));
    const long = fc.stringMatching(/^[a-z]{1,70}$/);
    const call = long.map((name) => new Call("readFileSync", [`${name}.pem`, "utf8"]));
    const given = fc.dictionary(
        key,
        fc.oneof(
            value,
            call,
            long.map((name) => new Names(`${name}x.name`)),
        ),
        {
            maxKeys: 6,
        },
    );
    const statements = fc.tuple(fc.string({ maxLength: 140 }), given, fc.boolean(), fc.boolean());
    const printed = fc.sample(statements, 150).map(([name, own, isNamed, isProtected]) => {
        return print(isNamed ? "const abc = " : "", name, own, isProtected ? { protect: true } : {});
    });
    const imports = [1, 12].map((count) =>
        printImport(
            Array(count)
                .fill("aLongName")
                .map((name, index) => `${String(name)}${index}`),
            "./a",
        ),
    );
    try {
        [...printed, ...imports].forEach((source, index) => writeFileSync(path.join(folder, `${index}.ts`), source));
        const prettier = path.join(repository, "node_modules/prettier/bin/prettier.cjs");
        const flags = ["--no-config", "--no-editorconfig", "--tab-width=4", "--print-width=120", "--list-different"];
        // It fails, and names the files, where one is not formatted.
        expect(execFileSync(process.execPath, [prettier, ...flags, folder], { encoding: "utf8" })).toBe("");
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test("variables are identifiers in camelCase, and numbered where two names have the same", () => {
    const cases: [name: string, kind: string, variable: string][] = [
        ["orders", "connection", "orders"],
        ["orders-eu.v2", "connection", "ordersEuV2"],
        ["2024-orders", "connection", "connection2024Orders"],
        ["class", "connection", "classConnection"],
        ["polaris", "connection", "polarisConnection"],
        ["ORDERS", "connection", "orders2"],
        ["or_ders", "connection", "orDers"],
        ["or-ders", "connection", "orDers2"],
        ["EUOrders", "connection", "euOrders"],
        ["...", "connection", "connection"],
        ["-", "connection", "connection2"],
        ["orders", "table", "ordersTable"],
        ["日本", "table", "日本Table"],
        ["2024 sales", "table", "table2024SalesTable"],
    ];
    const names = cases.map(([name, kind]) => ({ name, kind }));
    expect(variablesFor(names)).toEqual(cases.map(([, , variable]) => variable));
});

test("any name gives a variable that a module can declare", () => {
    const name = fc.oneof(fc.string({ unit: "grapheme" }), fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/));
    fc.assert(
        fc.property(fc.uniqueArray(name, { maxLength: 20 }), (names) => {
            const variables = variablesFor(names.map((one) => ({ name: one, kind: "connection" })));
            expect(new Set(variables).size).toBe(names.length);
            expect(
                () => new vm.Script(variables.map((one) => `"use strict"; const ${one} = 1;`).join("\n")),
            ).not.toThrow();
        }),
    );
});

test("secrets are called by their objects", () => {
    expect(environmentVariable("orders-eu", "password", "connection")).toBe("ORDERS_EU_PASSWORD");
    expect(environmentVariable("2024.orders", "keystore key", "connection")).toBe(
        "CONNECTION_2024_ORDERS_KEYSTORE_KEY",
    );
    expect(configurationKey("orders-eu", "keystore key")).toBe("ordersEuKeystoreKey");
});

test("connections of one login share a secret, which is called by their service", () => {
    const hidden = (login?: string) => ({
        path: ["secrets", "password"] as const,
        word: "password",
        placeholder: "x",
        login,
    });
    const all = [hidden("a"), hidden("b"), hidden("a"), hidden("c"), hidden("c"), hidden(), hidden()];
    const namesFrom = (source: "env" | "config") => {
        const names = new SecretNames(source, all);
        return all.map((one, index) =>
            names.nameOf({ noun: "KafkaConnection", id: `orders-${index}`, kind: "connection", hidden: one }),
        );
    };
    const own = ["ORDERS_1_PASSWORD", "ORDERS_5_PASSWORD", "ORDERS_6_PASSWORD"] as const;
    const [first, second] = ["KAFKA_PASSWORD", "KAFKA_PASSWORD_2"];
    expect(namesFrom("env")).toEqual([first, own[0], first, second, second, own[1], own[2]]);
    expect(namesFrom("config").slice(0, 4)).toEqual([
        "kafkaPassword",
        "orders1Password",
        "kafkaPassword",
        "kafkaPassword2",
    ]);
});

test("texts that are equal share a file, and no file is written over another one", () => {
    const files = new TextFiles((name) => name === "a-truststore.pem");
    expect(files.add("orders", "truststore.pem", "one")).toBe("orders-truststore.pem");
    expect(files.add("returns", "truststore.pem", "one\n")).toBe("orders-truststore.pem");
    expect(files.add("Orders", "truststore.pem", "two")).toBe("Orders-truststore-2.pem");
    expect(files.add("a", "truststore.pem", "three")).toBe("a-truststore-2.pem");
    expect(files.files).toHaveLength(3);
});
