/** Where a GitOps engine finds itself and its tree. */
export interface EngineSettings {
  /** Name of the cluster; its folder below dist/. */
  readonly cluster: string;
  readonly repository: string;
  /** Branch without refs/heads/. */
  readonly branch: string;
}
