import { pathText, toJson, valueAt, withoutNulls } from "../../provider/values/json";

describe("values on their way to the engine", () => {
    it("lose what is not JSON", () => {
        expect(toJson({ a: undefined, b: [undefined], c: new Date(0), d: { e: NaN } })).toEqual({
            b: [null],
            c: "1970-01-01T00:00:00.000Z",
            d: { e: null },
        });
    });

    it("lose members that are null, and keep those of lists and of foreign JSON", () => {
        expect(
            withoutNulls({ a: null, b: { c: undefined, d: 1 }, e: [null, { f: null }], flattenSpec: { g: null } }),
        ).toEqual({ b: { d: 1 }, e: [null, {}], flattenSpec: { g: null } });
    });

    it("are found and named by their paths", () => {
        expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
        expect(valueAt({ a: "text" }, ["a", "b"])).toBeUndefined();
        expect(pathText(["source", "inputSchema", 2, "dataType"])).toBe("source.inputSchema[2].dataType");
        expect(pathText([])).toBe("");
    });
});
