/** Read aloud when the text changes, not seen. Polite: after what is being read. */
export function LiveText({ text }: { text: string }) {
  return (
    <span className="hush" role="status" aria-live="polite">
      {text}
    </span>
  );
}
