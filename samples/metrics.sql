--
-- PostgreSQL database dump: readings of devices over time
--

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;

CREATE TABLE public.sites (
    id integer NOT NULL,
    name text NOT NULL
);

CREATE TABLE public.devices (
    id integer NOT NULL,
    site_id integer,
    model text NOT NULL,
    firmware text DEFAULT '1.0'::text NOT NULL
);

CREATE TABLE public.readings (
    device_id integer NOT NULL,
    ts timestamp with time zone NOT NULL,
    site_id integer,
    metric text NOT NULL,
    value double precision NOT NULL
);

CREATE TABLE public.device_state (
    device_id integer NOT NULL,
    ts timestamp with time zone NOT NULL,
    value double precision NOT NULL
);

CREATE TABLE public.alerts (
    device_id integer NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    metric text NOT NULL,
    value double precision NOT NULL,
    acknowledged boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.readings
    ADD CONSTRAINT readings_pkey PRIMARY KEY (device_id, ts, metric);
ALTER TABLE ONLY public.device_state
    ADD CONSTRAINT device_state_pkey PRIMARY KEY (device_id);
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (device_id, raised_at, metric);

CREATE INDEX readings_ts_idx ON public.readings USING btree (ts);
CREATE INDEX readings_site_id_ts_idx ON public.readings USING btree (site_id, ts);

ALTER TABLE ONLY public.devices
    ADD CONSTRAINT devices_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.sites(id);
ALTER TABLE ONLY public.readings
    ADD CONSTRAINT readings_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);
ALTER TABLE ONLY public.device_state
    ADD CONSTRAINT device_state_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);
ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.devices(id);
