import { readFileSync } from "node:fs";
import path from "node:path";
import { errorCodes } from "../../provider/error-codes";

const page = readFileSync(path.join(__dirname, "../../docs/errors.md"), "utf8");
const sections = page
    .split(/^### /m)
    .slice(1)
    .map((section) => ({ code: section.split("\n", 1)[0] ?? "", text: section }));

test("docs/errors.md has a section for each error code, in their order, and no other", () => {
    expect(sections.map(({ code }) => code)).toEqual([...errorCodes]);
});

test.each(sections)("$code has a cause, a cure, and an example that ends with the code", ({ code, text }) => {
    expect(text).toMatch(/^- \*\*Cause:\*\* \S/m);
    expect(text).toMatch(/^- \*\*Cure:\*\* \S/m);
    const [, example = ""] = /^```text\n(.*)\n```$/m.exec(text) ?? [];
    expect(example.endsWith(` [${code}]`)).toBe(true);
});

test("every code that README and guides name exists", () => {
    const docs = path.join(__dirname, "../../docs");
    const texts = ["../README.md", "README.md", "msk.md", "what-happens-when.md"].map((file) =>
        readFileSync(path.join(docs, file), "utf8"),
    );
    const named = texts.flatMap((text) => [...text.matchAll(/\[(Polaris[A-Z]\w+)\]/g)].map(([, code = ""]) => code));
    expect(named.length).toBeGreaterThan(3);
    for (const code of named) expect(errorCodes).toContain(code);
});
