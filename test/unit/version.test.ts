import { version } from "../../provider/version";
import manifest from "../../package.json";

describe("the version that the user agent tells", () => {
    it("is the package's", () => {
        expect(version).toBe(manifest.version);
    });
});
