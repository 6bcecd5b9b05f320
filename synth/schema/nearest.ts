export { nearest } from '../../charts/lib/nearest.js';
