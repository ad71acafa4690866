import { Harness } from './workflows/harness.ts';
import { untilWave, waveHandle, untilRun } from './workflows/follow-run.ts';
import { pauseSignal, resumeSignal } from '../workflows/messages.ts';
import { setTimeout as wait } from 'node:timers/promises';
describe('x', function(){ this.timeout(100000);
 it('y', async()=>{
  const harness = await Harness.start({  });
  await harness.dataset('u', { waves: 2, tasks: 24, speed: 1.5 }); await harness.serve('u');
  const run = await harness.start({dataset:'u',dryRun:false, waveGate:{onUnhealthy:'continue'}});
  const wave = waveHandle(harness.client, run, 1);
  const t0=Date.now(); const log=(...a:unknown[])=>console.log(Date.now()-t0,...a);
  try { await untilWave('x', wave, ({completed})=>completed>0); log('started');
  await wave.signal(pauseSignal); log('signalled');
    await untilWave('the pause', wave, ({ phase }) => phase === 'paused'); log('wave paused');
    await untilRun('the run to say so', run, ({ status }) => status === 'paused'); log('run paused');
    await wave.signal(resumeSignal);
    for (let i=0;i<12;i++) { await wait(1000); const r = await run.query('progress') as any; log(r.status, JSON.stringify(r.open_wave)); if (r.open_wave) { const p = await harness.client.workflow.getHandle(r.open_wave.workflow_id).query('progress') as any; log(p.phase, p.plan_version, p.completed, p.in_flight, p.requests.length, JSON.stringify(p.agents.map((a:any)=>a.status))); } }
  } finally { await Promise.race([harness.stop(), wait(3000)]); }
 });
});
