import { humanGateAnnotation } from '../lib/argo-cd/settings.js';
import { kindHealth } from '../lib/health.js';
import { groupOf } from '../lib/kinds.js';

/**
 * How Argo CD tells that an object works, in Lua, for kinds that it does not know by itself. Without the first one the waves of the
 * Applications below root do not wait for anything.
 *
 * Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/health/
 */
export function healthChecks(): Record<string, string> {
  const others = kindHealth.map((health) => {
    const script = 'condition' in health ? conditionScript(health.condition) : phaseScript(health.phase);
    return [keyOf(groupOf(health.apiVersion), health.kind), script];
  });
  return { [keyOf('argoproj.io', 'Application')]: applicationHealth, ...Object.fromEntries(others) };
}

function keyOf(group: string, kind: string): string {
  return `resource.customizations.health.${group}_${kind}`;
}

/** An Application counts as what it says of itself, unless a person must act before it can be healthy: then it holds nobody up. */
const applicationHealth = `local gate = (obj.metadata.annotations or {})["${humanGateAnnotation}"]
if gate ~= nil then
  return {status = "Healthy", message = "waits for a person: " .. gate}
end
local health = (obj.status or {}).health
if health == nil or health.status == nil then
  return {status = "Progressing", message = "not yet compared"}
end
return {status = health.status, message = health.message or ""}
`;

/** A condition that is still false means work in progress; Degraded would end the sync that is waiting for it. */
function conditionScript(type: string): string {
  return `for _, condition in ipairs((obj.status or {}).conditions or {}) do
  if condition.type == "${type}" and condition.status == "True" then
    return {status = "Healthy", message = condition.message or ""}
  end
  if condition.type == "${type}" then
    return {status = "Progressing", message = condition.message or ""}
  end
end
return {status = "Progressing", message = "waits for the condition ${type}"}
`;
}

function phaseScript(phase: string): string {
  return `local status = obj.status or {}
if status.phase == "${phase}" then
  return {status = "Healthy", message = ""}
end
return {status = "Progressing", message = status.phase or "waits for the phase ${phase}"}
`;
}
