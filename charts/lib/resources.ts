/**
 * What a container asks for and may use at most. The limit of memory is not optional: Talos kills pods without one first when a node
 * runs out.
 *
 * Source: https://docs.siderolabs.com/talos/v1.13/reference/configuration/runtime/oomconfig
 */
export type Resources = {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu?: string; readonly memory: string };
};
