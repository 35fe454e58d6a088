// A real Luau VM (npm `luau-web`) behind lines: `>request` is answered by `=answer` or `!fault`; in between the VM may
// say `?question`, to which the next line is the answer. Texts are ASCII; what else there is, the prelude escapes.
import { readSync, writeSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const { LuauState } = await import(pathToFileURL(join(process.argv[2], "luau-web", "src", "index.js")))

const chunk = Buffer.alloc(1 << 16)
let rest = Buffer.alloc(0)

function read() {
    for (;;) {
        const end = rest.indexOf(10)
        if (end >= 0) {
            const line = rest.toString("latin1", 0, end)
            rest = rest.subarray(end + 1)
            return line
        }
        const count = readSync(0, chunk)
        if (count === 0) process.exit(0)
        rest = Buffer.concat([rest, chunk.subarray(0, count)])
    }
}

function write(line) {
    let bytes = Buffer.from(line + "\n", "latin1")
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes))
}

function exchange(text) {
    write("?" + text)
    return read()
}

const state = await LuauState.createAsync()
const load = (source, name) => state.loadstring(source, name, false)
const prelude = load(read(), "=[C]")
const serve = (await prelude(exchange, load))[0]
write("=")
for (;;) {
    try {
        write("=" + (await serve(read()))[0])
    } catch (fault) {
        write("!" + String(fault.message ?? fault).replaceAll("\n", " "))
        process.exit(1)
    }
}
