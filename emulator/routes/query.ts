import type { Context, Route } from "../context";
import { queryBody } from "../schemas/query";

export const queryRoutes = ({ ingestion }: Context): Route[] => [
    [
        "POST",
        "/query/sql",
        async (call) => {
            const { contentType, text } = await ingestion.query(call.project, call.body(queryBody));
            return { contentType, body: text };
        },
    ],
];
