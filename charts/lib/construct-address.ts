import { ApiObject, JsonPatch } from 'cdk8s';
import { Pod, type Workload } from 'cdk8s-plus-30';

/** Label by which cdk8s-plus finds the pods of a workload. Its value is a hash of the construct path. */
export const constructAddressLabel = Pod.ADDRESS_LABEL;

/**
 * Takes that label off the pods of a workload: moving or renaming a construct must not restart them. The workload then needs labels and a
 * selector of its own.
 */
export function dropConstructAddress(workload: Workload): void {
  const pointer = constructAddressLabel.replaceAll('~', '~0').replaceAll('/', '~1');
  ApiObject.of(workload).addJsonPatch(JsonPatch.remove(`/spec/template/metadata/labels/${pointer}`));
}
