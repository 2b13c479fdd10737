// Open workflows in ComfyUI's real front end: node open_workflows.mjs PLAYWRIGHT CHROMIUM SERVER SHOTS FILE...
// Prints one JSON object: {errors: [page errors], graphs: {file: {missing: [types], prompt: API format}}}.
// SHOTS is a folder for one screenshot of each graph, or "-" for none.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, executablePath, server, shots, ...files] = process.argv.slice(2);
const { chromium } = (await import(pathToFileURL(`${playwright}/index.js`))).default;

const options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
const browser = await chromium.launch({ executablePath, args: options });
const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));

const settings = {
  "Comfy.TutorialCompleted": true,
  "Comfy.Minimap.Visible": false,
  "LiteGraph.Canvas.MinFontSizeForLOD": 0,
};
await fetch(`${server}/settings`, { method: "POST", body: JSON.stringify(settings) });
await page.goto(server, { waitUntil: "domcontentloaded", timeout: 300000 });
await page.waitForFunction(() => window.app?.graph && window.LiteGraph?.registered_node_types?.SaveVideo, null, {
  timeout: 300000,
});

// The rectangle around all nodes, in pixels of the page, with a margin.
function graphOnScreen() {
  const { scale, offset } = window.app.canvas.ds;
  const canvas = window.app.canvas.canvas.getBoundingClientRect();
  const boxes = window.app.graph.nodes.map((node) => node.boundingRect ?? node.getBounding());
  const left = Math.min(...boxes.map((box) => box[0])) + offset[0];
  const top = Math.min(...boxes.map((box) => box[1])) + offset[1];
  const right = Math.max(...boxes.map((box) => box[0] + box[2])) + offset[0];
  const bottom = Math.max(...boxes.map((box) => box[1] + box[3])) + offset[1];
  const margin = 24;
  const x = Math.max(0, canvas.x + left * scale - margin);
  const y = Math.max(0, canvas.y + top * scale - margin);
  return { x, y, width: (right - left) * scale + 2 * margin, height: (bottom - top) * scale + 2 * margin };
}

const graphs = {};
for (const file of files) {
  graphs[file] = await page.evaluate(async (graph) => {
    await window.app.loadGraphData(graph);
    await new Promise((done) => setTimeout(done, 500));
    const types = window.app.graph.nodes.map((node) => node.type);
    const missing = types.filter((type) => !window.LiteGraph.registered_node_types[type]);
    return { missing, prompt: (await window.app.graphToPrompt()).output };
  }, JSON.parse(readFileSync(file, "utf8")));
  if (shots !== "-") {
    await page.evaluate(() => window.app.extensionManager.command.execute("Comfy.Canvas.FitView"));
    await page.waitForTimeout(1500);
    const clip = await page.evaluate(graphOnScreen);
    await page.screenshot({ path: `${shots}/${basename(file, ".json")}.png`, clip });
  }
}
await browser.close();
console.log(JSON.stringify({ errors, graphs }));
