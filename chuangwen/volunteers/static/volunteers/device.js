// Says which device this is: what the page on which codes are typed in has made for itself, or makes now.

import { identifier } from "./without_signal.js";

const KEY = "chuangwen.present.device", place = document.querySelector("input[name=identifier]");
const known = JSON.parse(localStorage.getItem(KEY) || "null") ?? identifier();
localStorage.setItem(KEY, JSON.stringify(known));
place.value = known;
