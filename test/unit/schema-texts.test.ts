import type { z } from "zod";
import { streamingJobInputs } from "../../provider/streaming-job/schema";
import { tableName } from "../../provider/table/table-name";
import { isTopicName } from "../../provider/kafka-connection/schema";

const faultOf = (schema: z.ZodType, value: unknown) =>
    schema
        .safeParse(value)
        .error?.issues.map(({ message }) => message)
        .join("; ");

describe("the name of a topic", () => {
    it.each(["a", "orders.v1", "Orders_v-1", "a".repeat(249), "..."])("can be %s", (name) => {
        expect(isTopicName(name)).toBe(true);
    });

    it.each(["", ".", "..", "orders*", "orders v1", "örders", "a".repeat(250), "orders\n", "a/b", "orders,returns"])(
        "cannot be %p",
        (name) => {
            expect(isTopicName(name)).toBe(false);
        },
    );
});

describe("the name of a table", () => {
    it.each(["orders", "Orders 2024", "a", "x".repeat(255), "ümläut", "注文", "a.b", "a-b_c", "a\\b", '"a"', "1"])(
        "can be %p",
        (name) => {
            expect(faultOf(tableName, name)).toBeUndefined();
        },
    );

    it.each([
        ["", "expected 1 to 255 characters"],
        ["x".repeat(256), "expected 1 to 255 characters"],
        [" orders", "expected no space at either end"],
        ["orders ", "expected no space at either end"],
        ["orders\n", "expected no space at either end"],
        ["or\tders", "expected no white space but spaces"],
        ["or\u00a0ders", "expected no white space but spaces"],
        ["or\u2003ders", "expected no white space but spaces"],
        [".orders", 'expected no "." at the start'],
        ["or/ders", 'expected no "/"'],
        ["or\u0000ders", "expected no control characters"],
        ["or\u0085ders", "expected no control characters"],
        ["or\u007fders", "expected no control characters"],
        ["orders 🎉", "expected no emoji"],
        ["orders ☎", "expected no emoji"],
        ["or\ud800ders", "expected no emoji"],
        ["orders\ufff0", "expected no characters from U+FFF0 to U+FFFF"],
    ])("cannot be %p: %s", (name, fault) => {
        expect(faultOf(tableName, name)).toBe(fault);
    });
});

describe("a duration", () => {
    const schema = streamingJobInputs.shape.lateMessageRejectionPeriod;

    it.each(["P30D", "PT12H", "P1Y2M3W4DT5H6M7S", "PT0.5S", "PT0,5S", "P0D", "P1M", "PT1M"])(
        "can be %s",
        (duration) => {
            expect(faultOf(schema, duration)).toBeUndefined();
        },
    );

    it.each(["", "P", "PT", "P1", "30D", "P30d", "P30DT", "PT5", "P-1D", "P1H", "PT1D", "1 month", "P1.5D", "P1D "])(
        "cannot be %p",
        (duration) => {
            expect(faultOf(schema, duration)).toBe('expected an ISO 8601 duration, such as "P30D" or "PT12H"');
        },
    );
});
