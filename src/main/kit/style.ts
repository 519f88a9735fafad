/** For paper: black on white, one A4 page. */
export const kitStyle = `
@page { size: A4; margin: 10mm }
@media screen { body { padding: 6mm 0 } }
body { font: 9.3pt/1.24 system-ui, sans-serif; color: #000; background: #fff; max-width: 190mm; margin: 0 auto }
h1 { font-size: 15pt; margin: 0 0 2mm } h2 { font-size: 11pt; margin: 1.6mm 0 0.4mm } p { margin: 1mm 0 }
.warning { border: 1.5pt solid #000; padding: 1.5mm 3mm; margin: 0 0 2mm }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.5mm 4mm; margin: 0 0 2mm }
dt { font-weight: 600 } dd { margin: 0; overflow-wrap: anywhere }
.line { display: block; border-bottom: 0.5pt solid #000; height: 5mm }
.secret { display: flex; gap: 12mm; align-items: center; break-inside: avoid }
table { border-collapse: collapse } th, td { text-align: left; padding: 0.5mm 5mm 0.5mm 0 }
.digits { font: 600 12.5pt/1.15 ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: 0.06em; white-space: pre }
.code { text-align: center } .code svg { width: 36mm; height: 36mm } .code p { margin: 0; font-size: 8pt }
ol { margin: 0; padding-left: 6mm } li { break-inside: avoid; overflow-wrap: anywhere }
pre { font: 7.5pt/1.24 ui-monospace, "DejaVu Sans Mono", monospace; margin: 0.4mm 0 0.8mm; padding: 0.6mm 2mm;
  border: 0.5pt solid #888; white-space: pre-wrap; overflow-wrap: anywhere }
`;
