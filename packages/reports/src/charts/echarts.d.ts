/** The same library in one file; it comes without types. */
declare module 'echarts/dist/echarts.esm.min' {
  export * from 'echarts';
}
