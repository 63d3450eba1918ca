// Starts what a page has. Without this file every page still reads, asks and syncs.
import { startAsking } from "./ask.js";
import { startCopying } from "./copy.js";
import { startEvaluation } from "./evaluation.js";
import { startHighlight } from "./highlight.js";
import { startJudging } from "./judgement.js";
import { startKeys } from "./keys.js";
import { startLibrary } from "./library.js";
import { startLab } from "./search_lab.js";
import { startMargin } from "./margin.js";
import { startOutline } from "./note.js";
import { startSync } from "./sync.js";
import { startWhy } from "./why.js";

if (document.getElementById("turns")) {
  startAsking();
  startMargin();
  startCopying();
  startJudging();
}
startLibrary();
startLab();
startWhy();
startSync();
startEvaluation();
startHighlight();
startOutline();
startKeys();
