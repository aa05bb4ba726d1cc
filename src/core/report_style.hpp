/* How the report looks: on light and dark screens, on a phone, on paper. */
#pragma once

#include "html.hpp"

namespace ddl_warden
{

inline constexpr Markup report_style = R"css(
:root {
	color-scheme: light dark;
	--page: #fff; --panel: #f6f7f9; --line: #d8dde3; --grid: #e6e9ee;
	--text: #1c2228; --soft: #56606b;
	--judged: #7c8896; --refused: #b42318; --overridden: #7a3ea1; --warned: #8f5b00;
	--failed: #56606b; --blocking: #0b63b0; --held: #86b7e4; --link: #0b63b0;
}
@media screen and (prefers-color-scheme: dark) {
	:root {
		--page: #12161b; --panel: #1a2027; --line: #313a44; --grid: #262e37;
		--text: #e4e8ec; --soft: #a0abb6;
		--judged: #8793a0; --refused: #ff8f84; --overridden: #cf9bf0; --warned: #e6b450;
		--failed: #a0abb6; --blocking: #67b0f5; --held: #2e5f8d; --link: #7cbcf7;
	}
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
	margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 3rem; max-width: 78rem;
	background: var(--page); color: var(--text);
	font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
	font-variant-numeric: tabular-nums;
}
bdi, code, pre, q, .said { overflow-wrap: anywhere; }
.defs { position: absolute; }
h1 { margin: 0; font-size: clamp(1.6rem, 4vw, 2.25rem); line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; }
h2 { margin: 0 0 0.25rem; font-size: 1.25rem; line-height: 1.3; letter-spacing: -0.005em; }
p { margin: 0 0 0.75rem; }
a { color: var(--link); }
code, pre { font: 0.8125rem/1.45 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.kicker { margin: 0 0 0.25rem; color: var(--soft); font-size: 0.875rem; }
.period { margin: 0.35rem 0 1.25rem; }
.summary { max-width: 46rem; font-size: 1.125rem; line-height: 1.55; }
.summary b { white-space: nowrap; }
.by, .note, .more, .none, caption { color: var(--soft); }
.by, .note, .more, .said { font-size: 0.875rem; }
.note { max-width: 56rem; }
.more { margin-top: 0.6rem; }
section { margin-top: 2.75rem; scroll-margin-top: 1rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; margin-top: 1.25rem; font-size: 0.875rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.875rem; }

.figures { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.5rem 0 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.figures div { display: flex; flex: 1 0 18%; flex-direction: column-reverse; justify-content: flex-end; padding: 0.7rem 0.9rem; box-shadow: 0 0 0 1px var(--line); }
.figures dt { color: var(--soft); font-size: 0.8125rem; }
.figures dd { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.01em; white-space: nowrap; }
.figures .unknown { font-size: 1rem; font-weight: 400; color: var(--soft); line-height: 1.875rem; }
.figures .refused dd { color: var(--refused); }
.figures .overridden dd { color: var(--overridden); }
.figures .warned dd { color: var(--warned); }

.lanes { margin-top: 1rem; }
.lane { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr) 5.5rem; align-items: end; column-gap: 0.75rem; border-bottom: 1px solid var(--line); }
.lane .name, .lane .sum { padding-bottom: 0.2rem; font-size: 0.875rem; line-height: 1.3; }
.lane .sum { text-align: right; font-weight: 600; }
.lane svg { display: block; width: 100%; overflow: visible; }
.lane .grid { stroke: var(--grid); stroke-width: 1; }
.lane rect { fill: var(--judged); }
.lane.refused rect { fill: var(--refused); }
.lane.overridden rect { fill: var(--overridden); }
.lane.warned rect { fill: var(--warned); }
.lane.failed rect { fill: var(--failed); }
.lane.blocking rect { fill: var(--blocking); }
.lane.waiting rect, .lane.paused rect { fill: url(#waiting); stroke: var(--blocking); stroke-width: 0.75; }
.lane text { fill: var(--soft); font-size: 12px; text-anchor: middle; }
.lane .first { text-anchor: start; }
.lane .last { text-anchor: end; }
.lane a text { fill: var(--link); font-weight: 600; text-decoration: underline; }
.lane.axis { border: 0; }
.lane.axis .grid { stroke: var(--soft); }

table { width: 100%; margin-top: 0.75rem; border-collapse: collapse; font-size: 0.9375rem; line-height: 1.4; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 0.5rem 0.9rem 0.5rem 0; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 1px solid var(--line); color: var(--soft); font-size: 0.8125rem; font-weight: 400; vertical-align: bottom; }
tbody th { font-weight: 400; }
.n { width: 6.5rem; text-align: right; white-space: nowrap; }
.n:first-child { width: 2.25rem; }
.w { white-space: nowrap; }
.p { min-width: 10rem; }
thead .n { white-space: normal; }
.t { width: 25%; min-width: 13rem; }
.times { margin-top: 0.3rem; }
.zero { color: var(--soft); }
time { white-space: nowrap; }
td .by, th .by, .said, .times, .what { display: block; }
.what b { font-weight: 600; }
.by .by, td > bdi + .by { display: inline; }
.badge { display: inline-block; padding: 0 0.45em; border: 1px solid currentColor; border-radius: 3px; font-size: 0.8125rem; line-height: 1.45; white-space: nowrap; color: var(--soft); }
.badge.refused { color: var(--refused); }
.badge.overridden { color: var(--overridden); }
.badge.warned { color: var(--warned); }
.sql { display: block; margin-top: 0.15rem; color: var(--soft); }
summary { margin-top: 0.15rem; color: var(--soft); cursor: pointer; }
pre { margin: 0.5rem 0; padding: 0.75rem; max-height: 24rem; overflow: auto; background: var(--panel); border-radius: 4px; white-space: pre-wrap; unicode-bidi: isolate; direction: ltr; }
.time { display: block; width: 100%; overflow: visible; }
.key { white-space: nowrap; margin-right: 0.75em; }
.key .time { display: inline-block; width: 22px; vertical-align: -1px; }
.time rect { fill: var(--judged); }
.time .wait { fill: url(#waiting); stroke: var(--soft); stroke-width: 0.75; }
.time.blocking .run { fill: var(--blocking); }
.time .hold { fill: var(--held); stroke: var(--blocking); stroke-width: 0.75; }
#waiting rect { fill: var(--soft); }
:target { scroll-margin-top: 2rem; }
tr:has(:target) { background: var(--panel); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }

@media screen and (max-width: 46rem) {
	body { padding-top: 1.5rem; }
	.figures div { flex-basis: 6.6rem; padding: 0.5rem 0.65rem; }
	.figures dd { font-size: 1.2rem; }
	.lane { grid-template-columns: minmax(0, 1fr) auto; padding-top: 0.35rem; }
	.lane svg { grid-row: 2; grid-column: 1 / -1; }
	.lane .odd { display: none; }
	thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
	table, tbody, tr { display: block; }
	th, td, .t, .n, .n:first-child { display: block; width: auto; min-width: 0; padding: 0.1rem 0; border: 0; text-align: left; }
	tr { padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
	.w, .key { white-space: normal; }
	td.n { display: flex; justify-content: space-between; gap: 1rem; max-width: 15rem; }
	td.n::before { content: attr(data-l); color: var(--soft); }
	td.n:first-child { justify-content: flex-start; gap: 0.25rem; }
	th.h { font-weight: 600; }
	th.h .by { font-weight: 400; }
}
@media print {
	@page { margin: 14mm 12mm; }
	html { font-size: 68.75%; }
	body { max-width: none; padding: 0; }
	nav { display: none; }
	a { color: inherit; }
	section { margin-top: 1.5rem; }
	h2, .note, thead { break-after: avoid; }
	tr, .lanes, .figures { break-inside: avoid; }
	pre { max-height: none; }
	svg, .badge { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
)css";

}  // namespace ddl_warden
