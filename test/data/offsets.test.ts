import { expectOrders, orderOf, query, topics, untilIngested, waitForRows, withOrders } from "../support/data";

test("a changed topic begins where the preview says, readFromPoint alone reads nothing again, and resetTrigger all", async () => {
    const job = { restartOnConnectionChange: true };
    const args = { table: "moved", job };
    const other = "moved-to";
    const baseMs = Date.now();
    const produceOthers = (first: number, last: number) =>
        topics.produce(
            other,
            Array.from({ length: last - first + 1 }, (_, index) => first + index)
                .map((id) => orderOf(id, baseMs))
                .map((order) => ({ value: { ...order, order_id: `other-${order.order_id}` } })),
        );
    const others = `SELECT "order_id" FROM "moved" WHERE "order_id" LIKE 'other-%' ORDER BY "__time"`;
    await topics.create(other, 2);
    await produceOthers(1, 500);

    await withOrders(args, async (stack, producer) => {
        await stack.up();
        await untilIngested("moved", producer);

        stack.args({ ...args, topic: other, job: { ...job, readFromPoint: "latest" } });
        const begins = `begins the topic "${other}" at readFromPoint (latest), unless its table has read it before`;
        expect((await stack.preview()).text).toContain(begins);
        await stack.up();
        await produceOthers(501, 600);
        await waitForRows(others, 100);
        const expected = Array.from({ length: 100 }, (_, index) => ({ order_id: `other-order-${501 + index}` }));
        expect(await query(others)).toEqual(expected);

        stack.args({ ...args, job: { ...job, readFromPoint: "latest" } });
        expect((await stack.preview()).text).toContain('begins the topic "moved" at readFromPoint (latest), unless');
        await stack.up();
        await producer.finish();
        const from = `"moved" WHERE "order_id" NOT LIKE 'other-%'`;
        await expectOrders("moved", producer.total, from);

        stack.args(args);
        expect((await stack.preview()).text).toContain(
            "readFromPoint has no effect on a topic that this table has read",
        );
        await stack.up();
        await topics.produce("moved", [{ value: orderOf(producer.total + 1, baseMs) }]);
        await expectOrders("moved", producer.total + 1, from);

        stack.args({ ...args, job: { ...job, resetTrigger: "1" } });
        expect((await stack.preview()).text).toContain("the job's offsets are reset to earliest: rows are read again");
        await stack.up();
        const twice = 2 * (producer.total + 1);
        await waitForRows(`SELECT COUNT(*) AS "n" FROM ${from}`, ([row]) => Number(row?.n) >= twice);
        const times = `SELECT COUNT(*) AS "times" FROM ${from} GROUP BY "order_id"`;
        expect(await query(`SELECT "times", COUNT(*) AS "orders" FROM (${times}) GROUP BY 1`)).toEqual([
            { times: 2, orders: producer.total + 1 },
        ]);
        expect(await query(others)).toEqual(expected);
    });
});

test("a job that is swapped, suspended and reset in one update reads its topic again once it is resumed, after another topic", async () => {
    const args = { table: "reread" };
    const other = "reread-other";
    await topics.create(other, 2);
    await topics.produce(other, [{ value: { ...orderOf(1, Date.now()), order_id: "other" } }]);
    await withOrders(args, async (stack, producer) => {
        const from = `"reread" WHERE "order_id" <> 'other'`;
        const expectEachOrder = async (times: number) => {
            const rows = times * producer.total;
            await waitForRows(`SELECT COUNT(*) AS "n" FROM ${from}`, ([row]) => Number(row?.n) >= rows);
            const each = `SELECT COUNT(*) AS "times" FROM ${from} GROUP BY "order_id"`;
            expect(await query(`SELECT "times", COUNT(*) AS "orders" FROM (${each}) GROUP BY 1`)).toEqual([
                { times, orders: producer.total },
            ]);
        };
        await stack.up();
        await producer.finish();
        await expectEachOrder(1);

        const job = { restartOnConnectionChange: true, resetTrigger: "1" };
        stack.args({ ...args, topic: other, job });
        await stack.up();
        await waitForRows(`SELECT 1 FROM "reread" WHERE "order_id" = 'other'`, 1);

        const reset = { ...job, maxParseExceptions: 200, resetTrigger: "2" };
        stack.args({ ...args, job: { ...reset, desiredExecutionStatus: "suspended" } });
        const { text } = await stack.preview();
        expect(text).toContain("the job's offsets are reset to earliest: rows are read again");
        await stack.up();
        stack.args({ ...args, job: reset });
        await stack.up();
        await expectEachOrder(2);
    });
});
