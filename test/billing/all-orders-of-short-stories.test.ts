import { describeAllOrders } from './support/all-orders';

jest.setTimeout(600_000);

describeAllOrders(2, 6);
