/**
 * The style sheet. Colours are those of Okabe and Ito (Color Universal Design, 2008), which the colour-blind tell apart,
 * darkened or lightened for the paper they stand on.
 */
export const style = `
:root{color-scheme:light dark;--paper:#fdfdfb;--raised:#f4f4f0;--ink:#1c232d;--muted:#566070;--rule:#dcddd7;--accent:#00568a;
--blue:#0072b2;--sky:#56b4e9;--orange:#e69f00;--red:#c84e00;--green:#009e73;--pink:#b85c8c;--grey:#9aa1ab}
@media (prefers-color-scheme:dark){:root{--paper:#13171d;--raised:#1c222b;--ink:#e4e8ee;--muted:#a2adbb;--rule:#333c48;--accent:#7cc4f5;
--blue:#3f9ddb;--sky:#8ccbf2;--orange:#f0b429;--red:#f0803c;--green:#33c29a;--pink:#dd8fb9;--grey:#798492}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
header,main,footer,nav ul{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1{font-size:1.05rem;font-weight:600;margin:0;color:var(--muted)}
.answer{font-size:clamp(1.6rem,4.5vw,2.4rem);line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:.3rem 0 .6rem;max-width:none}
.headline{font-size:1.1rem;max-width:46rem;margin:0 0 1.4rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1px;background:var(--rule);border:1px solid var(--rule);
border-radius:8px;overflow:hidden;margin:0}
.tiles>div{background:var(--paper);padding:.8rem 1rem;display:flex;flex-direction:column}
.tiles dt{order:2;color:var(--muted);font-size:.84rem;line-height:1.35}
.tiles dd{margin:0;font-size:1.55rem;font-weight:600;line-height:1.3}
nav{border-bottom:1px solid var(--rule);margin-top:1.6rem}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem;list-style:none;padding-bottom:.7rem;font-size:.9rem}
nav a{text-decoration:none;display:inline-block;padding:.25rem 0}nav a:hover{text-decoration:underline}
section{padding:2.1rem 0 1.2rem;border-bottom:1px solid var(--rule)}
section:last-child{border-bottom:0}
h2{font-size:1.4rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .4rem}
h3{font-size:1.05rem;margin:1.6rem 0 .3rem}
p{max-width:46rem;margin:.5rem 0}
ul.plain{padding-left:1.1rem;max-width:46rem;margin:.4rem 0}
summary{cursor:pointer;color:var(--accent);font-size:.9rem;width:fit-content}
.definition{margin:0 0 .8rem}.definition p{background:var(--raised);padding:.7rem .9rem;border-radius:6px;font-size:.93rem}
.numbers{margin:.5rem 0}
.unknown{border-left:3px solid var(--grey);padding:.3rem .8rem;color:var(--muted)}
.note{color:var(--muted);font-size:.92rem}
.scroll{overflow-x:auto;margin:.7rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--muted);font-size:.86rem;padding:0 0 .35rem;position:sticky;left:0}
th,td{padding:.32rem .8rem .32rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
tbody th{font-weight:500}
thead th{color:var(--muted);font-weight:500;vertical-align:bottom;font-size:.84rem;line-height:1.3}
.number{text-align:right;white-space:nowrap}
td.bar,th.bar{width:42%;min-width:8rem;vertical-align:middle}
tr:has(>:nth-child(3):last-child)>.bar{width:72%}
code{font:.86em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
td code,th code{display:inline-block;min-width:14rem}
svg{display:block;max-width:100%}
svg.bar{width:100%;height:.95rem;border-radius:2px}
.track{fill:var(--raised)}
.line{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:3 2;vector-effect:non-scaling-stroke}
rect.blue{fill:var(--blue)}rect.sky{fill:var(--sky)}rect.orange{fill:var(--orange)}rect.red{fill:var(--red)}
rect.green{fill:var(--green)}rect.pink{fill:var(--pink)}rect.grey{fill:var(--grey)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;margin:.6rem 0;font-size:.86rem}
.key{display:inline-block;width:1.1rem;height:.7rem;border-radius:2px;margin-right:.4rem;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.key.blue{background:var(--blue)}.key.sky{background:var(--sky)}.key.orange{background:var(--orange)}.key.red{background:var(--red)}
.key.green{background:var(--green)}.key.pink{background:var(--pink)}.key.grey{background:var(--grey)}
.plot{margin:.6rem 0 .8rem}
.plot .key{height:0;border-top:3px solid;vertical-align:middle;border-radius:0}
.key.s1{border-color:var(--blue)}.key.s2{border-color:var(--orange);border-top-style:dashed}.key.s3{border-color:var(--green);border-top-style:dotted}
.key.s4{border-color:var(--pink)}.key.s5{border-color:var(--red);border-top-style:dashed}.key.s6{border-color:var(--sky);border-top-style:dotted}
.plot .key.fault{height:.8rem;border:0;background:color-mix(in srgb,var(--red) 28%,transparent)}
.axis{font-size:.8rem;color:var(--muted);margin:0;max-width:none}
.across-label{text-align:right;margin-right:.6rem}
.frame{display:grid;grid-template-columns:3.4rem 1fr;grid-template-rows:14rem 1.4rem;margin:.5rem .6rem 0 0}
.frame svg{width:100%;height:100%;overflow:visible;border-bottom:1px solid var(--muted)}
.up{position:relative;font-size:.78rem;color:var(--muted)}
.up span{position:absolute;right:.5rem;transform:translateY(-50%);white-space:nowrap}
.across{grid-column:2;position:relative;font-size:.78rem;color:var(--muted)}
.across span{position:absolute;top:.25rem;transform:translateX(-50%);white-space:nowrap}
.across span:first-child{transform:none}.across span:last-child{transform:translateX(-100%)}
.grid{stroke:var(--rule);stroke-width:1;vector-effect:non-scaling-stroke;fill:none}
.series{fill:none;stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
.series.s1{stroke:var(--blue)}.series.s2{stroke:var(--orange);stroke-dasharray:7 4}.series.s3{stroke:var(--green);stroke-dasharray:1.5 4}
.series.s4{stroke:var(--pink)}.series.s5{stroke:var(--red);stroke-dasharray:7 4}.series.s6{stroke:var(--sky);stroke-dasharray:1.5 4}
rect.fault{fill:var(--red);fill-opacity:.28}
.heat td,.heat th{padding:.3rem .45rem;text-align:right;width:1%}
.heat td{width:auto}
.heat th:first-child{text-align:left;padding-left:0;white-space:nowrap}
.heat td{border:1px solid var(--paper);background:color-mix(in srgb,var(--blue) calc(var(--heat)*1%),var(--paper));
print-color-adjust:exact;-webkit-print-color-adjust:exact}
.heat td.over{background:color-mix(in srgb,var(--orange) calc(var(--heat)*1%),var(--paper))}
.graph{position:relative;height:26rem;margin:.8rem 0;padding:0}
.graph svg{position:absolute;inset:0;width:100%;height:100%}
.graph span{position:absolute;transform:translate(-50%,-50%);background:var(--paper);border:1px solid var(--rule);border-radius:999px;
padding:.1rem .6rem;font-size:.84rem;white-space:nowrap}
.graph span.sharded{border-color:var(--blue)}.graph span.reference{border-style:dashed}.graph span.unsharded{border-color:var(--grey);color:var(--muted)}
.edge{fill:none;vector-effect:non-scaling-stroke;stroke:var(--grey);stroke-opacity:.55}
.edge.colocated{stroke:var(--blue);stroke-opacity:.5}.edge.copied{stroke:var(--green);stroke-dasharray:9 5;stroke-opacity:.6}
.edge.apart{stroke:var(--red);stroke-opacity:.9}
.tag{display:inline-block;border:1px solid var(--rule);border-radius:4px;padding:0 .45rem;font-size:.84rem;white-space:nowrap}
.tag.called-for,.tag.problem{border-color:var(--red);font-weight:600}.tag.possible,.tag.warning{border-color:var(--orange)}
.many{content-visibility:auto;contain-intrinsic-size:auto 40rem}
footer{color:var(--muted);font-size:.85rem;padding-top:1rem;padding-bottom:2.5rem;overflow-wrap:anywhere}
@media (max-width:40rem){.graph{height:24rem}.graph span{font-size:.74rem;padding:.05rem .4rem}.frame{grid-template-columns:2.8rem 1fr;grid-template-rows:11rem 1.4rem}
td.bar,th.bar{min-width:6.5rem;width:34%}td code,th code{min-width:11rem}th,td{padding-right:.55rem}body{font-size:15px}header{padding-top:1.5rem}}
@media print{:root{color-scheme:light;--paper:#fff;--raised:#f1f1ee;--ink:#000;--muted:#444;--rule:#ccc;--accent:#003e66;
--blue:#0072b2;--sky:#56b4e9;--orange:#e69f00;--red:#c84e00;--green:#009e73;--pink:#b85c8c;--grey:#9aa1ab}
nav,.skip{display:none}body{font-size:10.5pt}section{padding:1rem 0}h2,h3,caption{break-after:avoid}figure,tr,.tiles{break-inside:avoid}
details::details-content{content-visibility:visible}.numbers,.definition summary{display:none}.scroll{overflow:visible}.many{content-visibility:visible}summary{color:var(--ink)}header,main,footer{max-width:none}}
@page{margin:16mm}
`;
