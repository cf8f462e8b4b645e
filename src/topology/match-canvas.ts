// A canvas of its element's own size.

/** Gives a canvas as many pixels as it covers on the screen. Answers its width and height in the page's own measure. */
export function matchCanvas(canvas: HTMLCanvasElement): readonly [width: number, height: number] {
  const { clientWidth, clientHeight } = canvas;
  const width = Math.round(clientWidth * devicePixelRatio);
  const height = Math.round(clientHeight * devicePixelRatio);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return [clientWidth, clientHeight];
}
