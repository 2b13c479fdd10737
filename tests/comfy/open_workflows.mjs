// Open workflows in ComfyUI's real front end: node open_workflows.mjs PLAYWRIGHT CHROMIUM SERVER SHOTS FILE...
// Prints one JSON object: {errors: [page errors], graphs: {file: {missing: [types], overlaps: [pairs of titles],
// prompt: API format}}}. SHOTS is a folder for one screenshot of each graph, or "-" for none.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, executablePath, server, shots, ...files] = process.argv.slice(2);
const { chromium } = (await import(pathToFileURL(`${playwright}/index.js`))).default;

const options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
const browser = await chromium.launch({ executablePath, args: options });
const page = await browser.newPage({ viewport: { width: 2000, height: 1125 } });
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
  const margin = 36;
  const x = Math.max(0, canvas.x + left * scale - margin);
  const y = Math.max(0, canvas.y + top * scale - margin);
  return { x, y, width: (right - left) * scale + 2 * margin, height: (bottom - top) * scale + 2 * margin };
}

// Nodes that cover a part of each other, by title.
function overlappingNodes() {
  const boxes = window.app.graph.nodes.map((node) => [node.title, node.boundingRect ?? node.getBounding()]);
  const apart = (a, b) =>
    a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
  return boxes.flatMap(([title, box], i) =>
    boxes.slice(i + 1).flatMap(([other, its]) => (apart(box, its) ? [] : [`${title} and ${other}`])),
  );
}

// Returns once the view has stood still for some drawn frames.
async function standStill() {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const view = () => [window.app.canvas.ds.scale, ...window.app.canvas.ds.offset].join();
  for (let still = 0, last = view(); still < 10; last = view()) {
    await frame();
    still = view() === last ? still + 1 : 0;
  }
}

const graphs = {};
for (const file of files) {
  await page.evaluate(async (graph) => {
    await window.app.loadGraphData(graph);
  }, JSON.parse(readFileSync(file, "utf8")));
  await page.evaluate(standStill);
  const overlaps = await page.evaluate(overlappingNodes);
  const opened = await page.evaluate(async () => {
    const types = window.app.graph.nodes.map((node) => node.type);
    const missing = types.filter((type) => !window.LiteGraph.registered_node_types[type]);
    return { missing, prompt: (await window.app.graphToPrompt()).output };
  });
  graphs[file] = { ...opened, overlaps };
  if (shots !== "-") {
    await page.evaluate(() => window.app.extensionManager.command.execute("Comfy.Canvas.FitView"));
    await page.evaluate(standStill);
    const clip = await page.evaluate(graphOnScreen);
    await page.screenshot({ path: `${shots}/${basename(file, ".json")}.png`, clip });
  }
}
await browser.close();
console.log(JSON.stringify({ errors, graphs }));
